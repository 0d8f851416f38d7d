"""Who of an audience gets the message, and why the others do not."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aerostic.sdk import AudienceRow, NoPriceError, Quote, canonical_phone

from .context import Context
from .variables import Source

E164 = re.compile(r"\+[1-9]\d{6,14}")
BLOCKED = frozenset({("marketing", "US")})  # since 1 April 2025: domain/whatsapp.md 12
TWO_SPELLINGS = ("+55", "+52")  # countries where WhatsApp knows one number under two spellings


@dataclass(frozen=True, slots=True)
class Judged:
    """One contact: its verdict ('' when it gets the message), and then the content."""

    row: AudienceRow = field(repr=False)
    verdict: str = ""
    detail: str = ""
    content: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def contact_id(self) -> UUID:
        """Whom this is about."""
        return self.row.contact_id


class Judge:
    """Judges contacts one by one, on what is known of each alone.

    Args:
        agreed: prices by market, where they were settled before; else the billing rules are asked.
    """

    def __init__(self, context: Context, agreed: Mapping[str, Quote] | None = None) -> None:
        self.context = context
        self.category = context.category
        self.sources, unmapped = context.mapped
        self.whole = "template_not_approved" if context.template.status != "APPROVED" else ""
        self.whole = self.whole or ("missing_variable" if unmapped else "")
        self._agreed = agreed
        self._prices: dict[str, Quote | None] = dict(agreed or {})

    def __call__(self, row: AudienceRow) -> Judged:
        """The verdict on one contact."""
        verdict = self.whole or self._person(row) or self._market(row)
        return Judged(row, verdict) if verdict else self._filled(row)

    def price(self, market: str) -> Quote | None:
        """What a message to a market costs; None where nobody has set a price."""
        if market not in self._prices and self._agreed is None:
            try:
                self._prices[market] = self.context.price(market)
            except NoPriceError:
                self._prices[market] = None
        return self._prices.get(market)

    @property
    def prices(self) -> dict[str, Quote]:
        """The prices that were asked for, by market."""
        return {market: price for market, price in self._prices.items() if price}

    def _person(self, row: AudienceRow) -> str:
        if not row.phone and not row.user_id:
            return "unreachable"
        if row.phone and not E164.fullmatch(row.phone):
            return "invalid_phone"
        marketing = self.category == "marketing"
        if marketing and row.marketing == "withdrawn":
            return "opted_out"
        if "all" in row.suppressed or self.category in row.suppressed:
            return "suppressed"
        return "no_consent" if marketing and row.marketing != "granted" else ""

    def _market(self, row: AudienceRow) -> str:
        if (self.category, row.country) in BLOCKED:
            return "blocked_market"
        return "" if self.price(row.country) else "no_price"

    def _filled(self, row: AudienceRow) -> Judged:
        values = [source.fill(row) for source in self.sources]
        if not all(values):
            return Judged(row, "missing_variable", _first_empty(self.sources, values))
        try:
            content = self.context.channel.template_content(self.context.data, values)
        except ValueError as error:
            return Judged(row, "invalid_variable", str(error))
        return Judged(row, content=content)


class Screen:
    """What depends on the others of the audience: the same person twice, and how many people may be written to."""

    def __init__(self, room: int | None) -> None:
        self.room = room
        self._seen: set[int] = set()

    def __call__(self, judged: Judged) -> Judged:
        """The verdict, once the others are taken into account."""
        if judged.verdict:
            return judged
        if self._again(judged.row.phone):
            return Judged(judged.row, "duplicate")
        if self.room is not None:
            if not self.room:
                return Judged(judged.row, "limit")
            self.room -= 1
        return judged

    def _again(self, phone: str | None) -> bool:
        # A phone is unique among a tenant's contacts as it is written, so only these countries have to be remembered.
        if not phone or not phone.startswith(TWO_SPELLINGS):
            return False
        key = hash(canonical_phone(phone))
        again = key in self._seen
        self._seen.add(key)
        return again


def survey(judge: Judge, screen: Screen, chunks: Iterable[list[AudienceRow]]) -> Iterator[list[Judged]]:
    """Judge an audience, chunk by chunk."""
    for chunk in chunks:
        yield [screen(judge(row)) for row in chunk]


def _first_empty(filled: list[Source], values: list[str]) -> str:
    return next(source.key for source, value in zip(filled, values, strict=True) if not value)
