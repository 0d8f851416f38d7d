"""What the tests of prices share: books put in force, prices asked for, and messages charged."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from aerostic_pricing.books import ANY, Asked, Book, Price, Rule, Sheet
from aerostic_pricing.card import RateCard, load_card
from aerostic_pricing.chain import Chain
from aerostic_pricing.rule import CardRule
from aerostic_pricing.settings import PricingSettings
from aerostic_pricing.store import Owner, add, writer_of
from aerostic_pricing.volume import Listed

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.sdk import Chargeable

HEAD = "market,category,price,percent,fixed,floor,above,free\n"
SIX = "market,category,price,percent,fixed,floor\n"
TENTH = Rule(ANY, ANY, None, Decimal(10))
SAME = Rule(ANY, ANY)
NO_MARGIN = Book.of("operator", 0, [])


@cache
def card() -> RateCard:
    return load_card()


def put(owner: Owner, *rules: Rule, effective_at: datetime | None = None, **sheet: object) -> int:
    """Put a book in force, as whoever writes it."""
    with transaction(writer_of(owner)) as session:
        return add(session, owner, Sheet(rules, **sheet), effective_at)  # type: ignore[arg-type]


def asked(market: str = "India", category: str = "utility") -> Asked:
    return Asked(market, category, Listed())


def rate(amount: int) -> Price:
    return Price(amount, "USD", ("card",))


def chain(ours: list[Book], resellers: list[Book] | None = None, currency: str = "USD") -> Chain:
    return Chain(currency, None if resellers is None else new_id(), tuple(ours), tuple(resellers or ()))


def quoted(tenant_id: UUID, category: str = "marketing", country: str = "DE", **values: object) -> Quote:
    """A quote by the shipped card, without an operator's margin."""
    chargeable = Chargeable(tenant_id, values.pop("number_id", new_id()), country, category, **values)  # type: ignore[arg-type]
    found = CardRule(card(), PricingSettings(_env_file=None)).quote(chargeable)
    assert found
    return found


def send(tenant_id: UUID, number_id: UUID, count: int, category: str, country: str = "DE") -> list[UUID]:
    """So many messages, free of charge, as usage counts them; their ids."""
    free = Quote(0, "USD", "test")
    rows = [NewCharge(new_id(), category, country, free, number_id) for _ in range(count)]
    with transaction(tenant_scope(tenant_id)) as session:
        open_charges(session, tenant_id, None, rows)
    return [row.id for row in rows]
