"""Fills the places of a form: «e164» becomes somebody's phone, with its label; «uuid» a word that has to stay readable."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from urllib.parse import quote
from uuid import UUID

from phonenumbers import PhoneNumber, PhoneNumberType

from aerostic.testing.corpus import people, scripts
from aerostic.testing.corpus.credentials import HEX, Credentials
from aerostic.testing.corpus.lines import Line, Secret
from aerostic.testing.corpus.people import NATIONAL, People, core, e164, grouped, national

PLACE = re.compile(r"«([a-z0-9_]+)»")
Made = tuple[str, Secret | None]
LANDLINE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)


class Filler:
    """Makes lines of forms, from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.people = People(self.rng)
        self.credentials = Credentials(self.rng)

    def line(self, form: str) -> Line:
        """One line of this form. Two places of one name hold two values."""
        labels: list[Secret] = []
        keep: list[str] = []

        def place(match: re.Match[str]) -> str:
            written, secret = self._make(match[1])
            if secret:
                labels.append(secret)
            elif match[1] not in ("name", "word"):
                keep.append(written)
            return written

        text = PLACE.sub(place, form)
        return Line(form, text, tuple(labels), tuple(keep) if labels else ())

    def lines(self, forms: Sequence[str], count: int) -> list[Line]:
        """So many lines, every form about as often."""
        return [self.line(forms[number % len(forms)]) for number in range(count)]

    def _make(self, place: str) -> Made:
        for family in (self._phone, self._email, self._account, self._credential):
            if made := family(place):
                return made
        return self._harmless(place), None

    def _phone(self, place: str) -> Made | None:
        if place not in PHONES:
            return None
        at_home = place in ("nat", "natbare", "natsplit", "natland")
        kinds = LANDLINE if place == "natland" else LANDLINE[:1]
        number = self.people.phone(NATIONAL if at_home else people.WORLD, kinds=kinds)
        if place == "split":
            return scripts.split(core(number), number.country_code or 0, self.rng), Secret("phone", core(number))
        # Some countries write a number at home with other digits than abroad.
        digits = re.sub(r"\D", "", national(number)).lstrip("0") if at_home else core(number)
        return PHONES[place](number, self.rng), Secret("phone", digits)

    def _email(self, place: str) -> Made | None:
        if place not in EMAILS:
            return None
        address = self.people.email()
        written = EMAILS[place](address, self.rng)
        return written, Secret("email", address, "" if written == address else written)

    def _account(self, place: str) -> Made | None:
        if place in ("card", "card4", "card_dash"):
            digits = self.people.card()
            return scripts.fours(digits, {"card": "", "card4": " ", "card_dash": "-"}[place]), Secret("card", digits)
        if place in ("iban", "iban4", "iban_low", "iban_dash"):
            value = self.people.iban()
            gap = {"iban4": " ", "iban_dash": "-"}.get(place, "")
            written = scripts.fours(value.lower() if place == "iban_low" else value, gap)
            return written, Secret("iban", written)
        if place in ("wamid", "wamid_bare"):
            value = self.people.wamid()
            return (value, Secret("wamid", value)) if place == "wamid" else (value[6:], Secret("wamid", value[6:]))
        return None

    def _credential(self, place: str) -> Made | None:
        make: dict[str, tuple[Callable[[], str], str]] = {
            "key": (self.credentials.key, "key"),
            "token": (self.credentials.token, "key"),
            "hexkey": (self.credentials.hexes, "key"),
            "b64key": (self.credentials.base64, "key"),
            "jwt": (self.credentials.jwt, "key"),
            "basic": (self.credentials.basic, "key"),
            "pem": (self.credentials.pem, "key"),
            "password": (self.credentials.password, "password"),
        }
        if place not in make:
            return None
        function, kind = make[place]
        value = function()
        return value, Secret(kind, value)

    def _harmless(self, place: str) -> str:
        rng = self.rng
        moment = datetime.fromtimestamp(rng.randint(1_600_000_000, 1_900_000_000), UTC)
        makers: dict[str, Callable[[], str]] = {
            "uuid": lambda: str(UUID(int=rng.getrandbits(128), version=4)),
            "uuidhex": lambda: UUID(int=rng.getrandbits(128), version=4).hex,
            "iso": lambda: f"{moment:%Y-%m-%dT%H:%M:%S}.{rng.randint(0, 999999):06d}Z",
            "clf": lambda: f"{moment:%d/%b/%Y:%H:%M:%S} +0000",
            "day": lambda: f"{moment:%Y-%m-%d}",
            "local": lambda: f"{moment:%d.%m.%Y %H:%M}",
            "compact": lambda: f"{moment:%Y%m%d%H%M%S}",
            "epoch": lambda: str(rng.randint(1_500_000_000, 1_900_000_000)),
            "epochms": lambda: str(rng.randint(1_500_000_000_000, 1_900_000_000_000)),
            "epochf": lambda: f"{rng.randint(1_500_000_000, 1_900_000_000)}.{rng.randint(0, 999999):06d}",
            "ns": lambda: str(rng.randint(1_500_000_000_000_000_000, 1_900_000_000_000_000_000)),
            "small": lambda: str(rng.randint(0, 9_999)),
            "count": lambda: str(rng.randint(1_000_000, 99_999_999)),
            "big": lambda: str(rng.randint(10**9, 10**12)),
            "metaid": lambda: str(rng.randint(10**14, 10**15 - 1)),
            "thousands": lambda: f"{rng.randint(10**6, 10**11):,}",
            "dotted": lambda: f"{rng.randint(10**6, 10**11):,}".replace(",", "."),
            "decimal": lambda: f"{rng.randint(1, 10**7)}.{rng.randint(0, 99):02d}",
            "sha": lambda: "".join(rng.choices(HEX, k=40)),
            "sha256": lambda: "".join(rng.choices(HEX, k=64)),
            "short": lambda: "".join(rng.choices(HEX, k=rng.choice((7, 8, 10, 12)))),
            "trace": lambda: f"00-{rng.getrandbits(128):032x}-{rng.getrandbits(64):016x}-01",
            "span": lambda: f"{rng.getrandbits(64):016x}",
            "version": lambda: ".".join(str(rng.randint(0, 40)) for _ in range(rng.choice((3, 3, 4)))),
            "port": lambda: str(rng.randint(1_024, 65_535)),
            "private": lambda: f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            "order": lambda: (
                f"{rng.choice(('ORD', 'INV', 'SO', 'R', 'CN'))}-{rng.randint(2020, 2030)}-{rng.randint(1, 999999):06d}"
            ),
            "campaign": lambda: rng.choice(("spring_sale_2026", "order_update_v2", "hello_world", "otp_login_03")),
            "name": self.people.name,
            "word": lambda: rng.choice(("queued", "sent", "retried", "accepted", "skipped")),
            "prose": lambda: str(self.people.faker().sentence(8)),
            "path": lambda: f"/{rng.choice(('campaigns', 'contacts', 'wallet', 'api/v1/messages'))}",
        }
        return makers[place]()


PHONES: dict[str, Callable[[PhoneNumber, Random], str]] = {
    "e164": lambda number, _: e164(number),
    "wa": lambda number, _: e164(number)[1:],
    "exit": lambda number, _: "00" + e164(number)[1:],
    "quoted": lambda number, _: quote(e164(number)),
    "intl": lambda number, _: grouped(number),
    "nat": lambda number, _: national(number),
    "natland": lambda number, _: national(number),
    "natbare": lambda number, _: re.sub(r"\D", "", national(number)),
    "natsplit": lambda number, rng: scripts.regroup(re.sub(r"\D", "", national(number)), rng),
    "foreign": lambda number, rng: scripts.foreign(rng.choice((e164, grouped))(number), rng),
    "wide": lambda number, _: scripts.wide(e164(number)),
    "hidden": lambda number, rng: scripts.hidden(grouped(number), rng),
    "dots": lambda number, rng: scripts.regroup(e164(number), rng),
    "spaced": lambda number, _: " ".join(e164(number)[1:]),
    "nbsp": lambda number, _: grouped(number).replace(" ", "\u00a0"),
    "isolated": lambda number, _: f"\u2066{grouped(number)}\u2069",
    "twice_quoted": lambda number, _: quote(quote(e164(number))),
    "entity": lambda number, _: f"&#43;{e164(number)[1:]}",
    "escaped": lambda number, _: f"\\u002b{e164(number)[1:]}",
    "b64phone": lambda number, _: base64.b64encode(json.dumps({"to": e164(number)}).encode()).decode(),
    "split": lambda number, _: e164(number),
}
EMAILS: dict[str, Callable[[str, Random], str]] = {
    "email": lambda address, _: address,
    "upper": lambda address, _: address.upper(),
    "percent": lambda address, _: quote(address),
    "twice_percent": lambda address, _: quote(quote(address)),
    "unicode_at": lambda address, _: address.replace("@", "\\u0040"),
    "entity_at": lambda address, rng: address.replace("@", rng.choice(("&#64;", "&#x40;", "&commat;"))),
    "wide_at": lambda address, _: address.replace("@", "＠"),
    "spelled": lambda address, rng: scripts.spelled(address, rng),
    "hidden_email": lambda address, rng: scripts.hidden(address, rng),
    "spaced_at": lambda address, _: address.replace("@", " @ "),
    "b64email": lambda address, _: base64.b64encode(f"email={address}".encode()).decode(),
}
