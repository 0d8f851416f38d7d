"""People of many countries: phones by numbering plan, e-mail addresses, names, cards and accounts."""

import base64
from functools import cache
from random import Random

import phonenumbers
from faker import Faker
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

LOCALES = (
    *("ar_AA", "bg_BG", "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "el_GR", "en_AU", "en_CA", "en_GB"),
    *("en_IN", "en_NG", "en_US", "es_AR", "es_CO", "es_ES", "es_MX", "fa_IR", "fi_FI", "fr_CA", "fr_FR"),
    *("he_IL", "hi_IN", "hu_HU", "id_ID", "it_IT", "ja_JP", "ko_KR", "nl_NL", "no_NO", "pl_PL", "pt_BR"),
    *("pt_PT", "ro_RO", "ru_RU", "sv_SE", "th_TH", "tr_TR", "uk_UA", "vi_VN", "zh_CN", "zh_TW"),
)
# Where many people live who get messages of businesses; international forms are made for every plan of the world.
NATIONAL = (
    *("IN", "US", "BR", "DE", "GB", "FR", "ES", "IT", "MX", "ID", "NG", "PK", "ZA", "AE", "TR", "AU", "JP"),
    *("NL", "CO", "AR", "SA", "EG", "KE", "MY", "PH", "PE", "CL", "PL", "AT", "CH", "BE", "SE", "IL"),
    *("MA", "PT"),
)
# How long an account's number is, by the registry of SWIFT.
LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL"), 18),
    **dict.fromkeys(("SI",), 19),
    **dict.fromkeys(("AT", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "GE", "IE", "RS"), 22),
    **dict.fromkeys(("IL", "AE"), 23),
    **dict.fromkeys(("CZ", "ES", "RO", "SA", "SE", "SK", "PK"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT"), 27),
    **dict.fromkeys(("CY", "HU", "PL", "AZ"), 28),
    **dict.fromkeys(("UA", "BR"), 29),
    **dict.fromkeys(("MT",), 31),
}
WORLD = tuple(sorted(phonenumbers.SUPPORTED_REGIONS - {"AC", "TA"}))


class People:
    """Values of people, from one seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def faker(self) -> Faker:
        """A Faker of some country, whose values follow from the seed."""
        found = _faker(self.rng.choice(LOCALES))
        found.seed_instance(self.rng.getrandbits(32))
        return found

    def phone(
        self, regions: tuple[str, ...] = WORLD, *, kinds: tuple[int, ...] = (PhoneNumberType.MOBILE,)
    ) -> PhoneNumber:
        """A number that the plan of one of these regions knows."""
        while True:
            example = phonenumbers.example_number_for_type(self.rng.choice(regions), self.rng.choice(kinds))
            if example is None:
                continue
            digits = phonenumbers.national_significant_number(example)
            for _ in range(20):
                tail = "".join(self.rng.choices("0123456789", k=min(6, len(digits) - 3)))
                number = phonenumbers.parse(f"+{example.country_code}{digits[: -len(tail)]}{tail}")
                if phonenumbers.is_valid_number(number):
                    return number

    def email(self) -> str:
        """An address as people have them, mostly in Latin letters."""
        address: str = self.faker().email(safe=False)
        local, _, domain = address.partition("@")
        tail = self.rng.choice(("", "", "", "", "+news", ".2", "-x", "_07"))
        return f"{local}{tail}@{domain}"

    def name(self) -> str:
        """A person's name in its own script."""
        return str(self.faker().name())

    def card(self) -> str:
        """A payment card's number."""
        faker = _faker("en_US")
        faker.seed_instance(self.rng.getrandbits(32))
        kind = self.rng.choice(("visa16", "mastercard", "amex", "discover", "jcb16", "diners"))
        while True:
            digits = str(faker.credit_card_number(kind))
            if not digits.startswith("35") or 3528 <= int(digits[:4]) <= 3589:  # Faker's JCB has all of 35
                return digits

    def iban(self) -> str:
        """An account's number of some country."""
        while True:
            value = str(self.faker().iban())
            if LENGTHS.get(value[:2]) == len(value):  # Faker makes some up for countries that have none
                return value

    def wamid(self) -> str:
        """A message id as Meta makes them, around somebody's number."""
        number = e164(self.phone())[1:].encode()
        body = b"\x1c\x18" + bytes([len(number)]) + number
        body += self.rng.choice((b"\x15\x02\x00\x11\x18\x12", b"\x15\x02\x00\x12\x18\x14"))
        return (
            "wamid."
            + base64.b64encode(body + "".join(self.rng.choices("0123456789ABCDEF", k=18)).encode() + b"\x00").decode()
        )


def e164(number: PhoneNumber) -> str:
    """With plus and country code."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def grouped(number: PhoneNumber) -> str:
    """With plus, country code and the gaps that its country writes."""
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def national(number: PhoneNumber) -> str:
    """As it is written at home."""
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def core(number: PhoneNumber) -> str:
    """The digits that every form of it has."""
    return phonenumbers.national_significant_number(number)


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale)
