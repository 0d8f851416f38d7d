"""Money, moments and phones, as the reader writes them."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from aerostic.db import utcnow
from aerostic.web.pages.formats import compact, country, initials, moment, money, number, percent, phone, size


@pytest.fixture(autouse=True)
def _request(app: Flask):
    with app.test_request_context(base_url="https://app.localhost"):
        yield


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (1_234_560_000, "$1,234.56"),
        (31_400, "$0.0314"),
        (0, "$0.00"),
        (-2_500_000, "-$2.50"),
        (5_000, "$0.005"),
        (3_344_100, "$3.34"),
        (461_827_500, "$461.83"),
    ],
)
def test_money_has_cents_and_more_digits_only_where_it_is_small_and_cents_would_hide_something(amount, written):
    assert money(amount, "USD") == written


def test_money_and_numbers_follow_the_language():
    with force_locale("de"):
        assert (money(1_234_560_000, "EUR"), number(12_400)) == ("1.234,56\xa0€", "12.400")
        assert money(31_450, "EUR") == "0,0314\xa0€"


def test_a_share_of_nothing_is_a_dash():
    assert (percent(1, 0), percent(1, 4), percent(1, 1000)) == ("–", "25%", "0.1%")


def test_a_near_moment_is_told_by_its_distance_and_a_far_one_by_its_date():
    near, far = moment(utcnow() - timedelta(minutes=5)), moment(utcnow() - timedelta(days=40))
    assert ">5 minutes ago</time>" in near
    assert "ago" not in far and str((utcnow() - timedelta(days=40)).year) in far
    assert ">just now</time>" in moment(utcnow())
    assert moment(None) == "–"


def test_a_phone_is_grouped_and_runs_left_to_right():
    assert phone("+4930123456") == '<bdi dir="ltr" class="text-nowrap">+49 30 123456</bdi>'
    assert "no phone" in phone(None)
    assert "&lt;b&gt;" in phone("<b>")


def test_names_of_countries_and_people():
    assert (country("DE"), country(""), country("ZZZ")) == ("Germany", "–", "ZZZ")
    assert (initials("Ada Lovelace"), initials("ada"), initials("")) == ("AL", "A", "?")


def test_small_room_takes_few_letters():
    assert (compact(999), compact(12_400)) == ("999", "12.4K")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["0 bytes", "1 byte", "999 bytes", "-4.1 kB", "12 MB", "2,000 TB"]),
        ("de", ["0 Byte", "1 Byte", "999 Byte", "-4,1 kB", "12 MB", "2.000 TB"]),
    ],
)
def test_bytes_are_told_in_a_unit_that_leaves_few_digits(language, written):
    with force_locale(language):
        found = [size(value) for value in (0, 1, 999, -4_096, 12 * 10**6, 2 * 10**15)]
    assert [words.replace("\xa0", " ") for words in found] == written
