"""Pseudonyms stand for addresses, and nobody outside can tell which."""

import pytest

from aerostic.streams.observed.pseudonyms import Where, pseudonym, where

pytestmark = pytest.mark.usefixtures("app")


def test_an_address_has_one_pseudonym_and_shares_that_of_its_network() -> None:
    one, other, far = where("203.0.113.7"), where("203.0.113.200"), where("198.51.100.7")
    assert one == where("203.0.113.7")
    assert (one.address == other.address, one.subnet == other.subnet, one.subnet == far.subnet) == (False, True, False)


def test_an_address_of_ipv4_is_the_same_within_ipv6() -> None:
    assert where("::ffff:203.0.113.7") == where("203.0.113.7")


def test_a_household_of_ipv6_is_one_address() -> None:
    one, other, neighbour = where("2001:db8:1:2::1"), where("2001:db8:1:2:ffff::9"), where("2001:db8:1:3::1")
    assert one == other
    assert (one.address == neighbour.address, one.subnet == neighbour.subnet) == (False, True)


def test_what_is_no_address_has_none() -> None:
    assert where("unix:") == Where("", "")
    assert pseudonym("link", "") == ""


def test_a_pseudonym_says_nothing() -> None:
    found = where("203.0.113.7")
    assert [len(value) for value in (found.address, found.subnet)] == [16, 16]


def test_a_country_is_taken_only_where_it_is_one() -> None:
    assert [where("203.0.113.7", country).country for country in ("DE", "", "XXX", "<1")] == ["DE", "", "", ""]


def test_kinds_do_not_meet() -> None:
    assert pseudonym("link", "evil.example") != pseudonym("object", "evil.example")
