"""What a person wants to know while choosing an audience: how many, whether they agreed, from where, about what it costs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.sdk import (
    AudienceRow,
    AudienceSpec,
    ChannelNumber,
    Chargeable,
    Contact,
    NoPriceError,
    audience,
    quote,
    view_for,
)

SAMPLE = 10
LOOKED_AT = 500
CATEGORY = "marketing"


@dataclass(frozen=True, slots=True)
class Overview:
    """An audience in numbers.

    Args:
        consent: contacts by their present state of consent to marketing.
        countries: contacts by market.
        cost: what a marketing template costs for those who agreed, in micro-credits; None where no price is known.
        sample: a few of them.
    """

    total: int
    consent: dict[str, int]
    countries: dict[str, int]
    cost: int | None
    currency: str
    sample: list[AudienceRow]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that contacts have, with a value that one of them has there."""

    name: str
    example: str


def overview(session: Session, tenant_id: UUID, spec: AudienceSpec) -> Overview:
    """Count an audience and look at some of it."""
    counts = (
        select(Contact.country, Contact.marketing, func.count().label("n"))
        .where(*audience.conditions(session, tenant_id, spec))
        .group_by(Contact.country, Contact.marketing)
    )
    consent: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for row in session.execute(counts):
        consent[row.marketing] += row.n
        countries[row.country] += row.n
        agreed[row.country] += row.n if row.marketing == "granted" else 0
    cost, currency = _cost(session, tenant_id, agreed)
    some = sample(session, tenant_id, spec)
    return Overview(consent.total(), dict(consent), dict(countries.most_common()), cost, currency, some)


def sample(session: Session, tenant_id: UUID, spec: AudienceSpec, most: int = SAMPLE) -> list[AudienceRow]:
    """A few contacts of an audience."""
    return next(audience.select(session, tenant_id, spec, chunk=most), [])


def known_fields(session: Session, tenant_id: UUID) -> list[Field]:
    """The fields that contacts have, as far as some of the newest and of the oldest show, by name."""
    found: dict[str, str] = {}
    for order in (Contact.created_at.desc(), Contact.created_at.asc()):
        own = select(Contact.fields).where(Contact.tenant_id == tenant_id)
        for fields in session.scalars(own.order_by(order, Contact.id).limit(LOOKED_AT)):
            for name, value in islice(fields.items(), 100):
                if value not in (None, ""):
                    found.setdefault(name, str(value))
    return [Field(name, example) for name, example in sorted(found.items())]


def _cost(session: Session, tenant_id: UUID, agreed: Counter[str]) -> tuple[int | None, str]:
    number_id = session.scalar(select(ChannelNumber.id).where(ChannelNumber.tenant_id == tenant_id).limit(1))
    if number_id is None:
        return None, ""
    rules = view_for(session, tenant_id).billing_rules
    costs = list(_priced(rules, tenant_id, number_id, agreed.items()))
    currencies = {currency for _, currency in costs}
    return (sum(cost for cost, _ in costs), currencies.pop()) if len(currencies) == 1 else (None, "")


def _priced(
    rules: list[Any], tenant_id: UUID, number_id: UUID, agreed: Iterable[tuple[str, int]]
) -> Iterable[tuple[int, str]]:
    for market, count in agreed:
        try:
            price = quote(rules, Chargeable(tenant_id, number_id, market, CATEGORY, count))
        except NoPriceError:
            continue
        yield price.amount * count, price.currency
