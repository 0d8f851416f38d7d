"""Numbers as people write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.messaging.contacts.phones import Phone, PhoneError, Trouble, canonical, country_of, normalise


@pytest.mark.parametrize(
    ("text", "region", "e164", "country"),
    [
        ("+44 7995 000001", "", "+447995000001", "GB"),
        ("07995 000001", "GB", "+447995000001", "GB"),
        ("447995000001", "", "+447995000001", "GB"),
        ("447995000001", "IN", "+447995000001", "GB"),
        ("0044 (0)7995 000001".replace("(0)", ""), "", "+447995000001", "GB"),
        ("tel:+41-44-668-18-00", "", "+41446681800", "CH"),
        ("'+447995000001", "", "+447995000001", "GB"),
        ("\u202a+447995000001\u202c", "", "+447995000001", "GB"),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567", "SA"),
        ("16505551234", "US", "+16505551234", "US"),
        ("+1 416 555 0123", "US", "+14165550123", "CA"),
        ("+39 06 1234567", "", "+39061234567", "IT"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, region: str, e164: str, country: str) -> None:
    assert normalise(text, region) == Phone(e164, country)


@pytest.mark.parametrize(
    ("text", "region", "trouble"),
    [
        ("", "US", Trouble.MISSING),
        (" \u200b ", "US", Trouble.MISSING),
        ("call me", "US", Trouble.NOT_A_NUMBER),
        ("+++", "", Trouble.NOT_A_NUMBER),
        ("+447995000001, +447995000002", "", Trouble.NOT_A_NUMBER),
        ("5.51199E+12", "BR", Trouble.ROUNDED),
        ("2025550123", "", Trouble.NO_COUNTRY),
        ("+999123456789", "", Trouble.NO_COUNTRY),
        ("12", "US", Trouble.TOO_SHORT),
        ("+18005551234567", "", Trouble.TOO_LONG),
        ("+44 1111 111111", "", Trouble.IMPOSSIBLE),
        ("+1 900 555 1234", "", Trouble.SPECIAL),
        ("+1 800 555 1234", "", Trouble.SPECIAL),
    ],
)
def test_a_text_that_is_no_number_is_refused_with_its_reason(text: str, region: str, trouble: Trouble) -> None:
    with pytest.raises(PhoneError) as caught:
        normalise(text, region)
    assert caught.value.trouble == trouble
    assert len(text) < 3 or text not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("+551187654321", "+5511987654321"),
        ("+553171234567", "+5531971234567"),
        ("+5215512345678", "+525512345678"),
    ],
)
def test_the_two_spellings_of_a_mobile_number_are_one(old: str, present: str) -> None:
    assert canonical(old) == canonical(present) == present
    assert normalise(old).e164 == normalise(present).e164 == present


@pytest.mark.parametrize("landline", ["+551133334444", "+558532345678", "+525512345678", "+12125550123"])
def test_a_landline_keeps_its_digits(landline: str) -> None:
    assert canonical(landline) == landline


def test_a_brazilian_number_in_the_national_old_form_gains_its_digit() -> None:
    assert normalise("(11) 8765-4321", "BR") == Phone("+5511987654321", "BR")
    assert normalise("(11) 3333-4444", "BR") == Phone("+551133334444", "BR")


def test_the_market_comes_from_the_phone_and_else_from_the_user_id() -> None:
    assert country_of("+5511987654321", "US.13491208655302741918") == "BR"
    assert country_of(None, "US.13491208655302741918") == "US"
    assert country_of(None, "US.ENT.11815799212886844830") == "US"
    assert country_of("+999", None) == ""
    assert country_of(None, "nonsense") == ""


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sampled_from([0, 1, 2, 3, 5]))
def test_every_region_s_example_is_read_in_every_format(region: str, form: int) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    written = phonenumbers.format_number(example, form % 3)
    found = normalise(written, region)
    assert found.e164 == canonical(e164)
    assert normalise(found.e164) == found


@given(st.text(max_size=60), st.sampled_from(["", "BR", "MX", "US", "AR"]))
def test_any_text_is_a_number_or_refused_and_a_number_stays_what_it_is(text: str, region: str) -> None:
    try:
        found = normalise(text, region)
    except PhoneError:
        return
    assert normalise(found.e164) == found
    assert canonical(found.e164) == found.e164
