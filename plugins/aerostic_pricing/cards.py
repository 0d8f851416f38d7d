"""The rate card that counts: the newest that was imported, else the one that ships."""

from dataclasses import dataclass
from functools import cache, lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import (
    Act,
    Chargeable,
    ChargeInfo,
    Outcome,
    Quote,
    Settlement,
    record_act,
    service_scope,
    transaction,
    utcnow,
)

from .card import CATEGORIES, RateCard, check_whole, load_card, read_card, shipped
from .models import QUOTING, ImportedCard
from .recent import Prices, forget, prices_for
from .rule import CardRule
from .settings import PricingSettings
from .store import chain_of

settings = cache(PricingSettings)
first = cache(load_card)


@dataclass(frozen=True, slots=True)
class Moved:
    """A rate that a new card changes today, in micro-credits; None where there is none."""

    market: str
    category: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class StandingRule:
    """Quotes by the card that counts at the moment."""

    name: str = "pricing.card"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """See `CardRule`."""
        tenant_id = chargeable.tenant_id
        recent = prices_for(tenant_id, lambda: Prices(card(), chain_of(tenant_id, utcnow())))
        return CardRule(recent.card, settings(), chain=lambda _tenant, _now: recent.chain).quote(chargeable)

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """What becomes of the money is for others to say."""
        return None


def card_rule() -> CardRule:
    """The rule that quotes, to ask it for rates."""
    return CardRule(card(), settings())


def card() -> RateCard:
    """The card that counts."""
    with transaction(service_scope(QUOTING)) as session:
        newest = session.scalar(select(ImportedCard.id).order_by(ImportedCard.number.desc()).limit(1))
    return _imported(newest) if newest else first()


def files(session: Session) -> tuple[str, str]:
    """The two files of the card that counts, rates and markets."""
    newest = session.scalar(select(ImportedCard).order_by(ImportedCard.number.desc()).limit(1))
    return (newest.rates, newest.markets) if newest else shipped()


def imports(session: Session, most: int = 20) -> list[ImportedCard]:
    """The cards that were imported, the newest first."""
    return list(session.scalars(select(ImportedCard).order_by(ImportedCard.number.desc()).limit(most)))


def take(session: Session, rates: str, markets: str = "", note: str = "") -> int:
    """Import a card and return its number. What was quoted before keeps its price.

    Args:
        rates, markets: the two files; markets stay as they are where that is empty.

    Raises:
        RateCardError: it cannot be used; nothing was changed.
    """
    markets = markets or files(session)[1]
    check_whole(read_card(rates, markets), utcnow().date())
    newest = next(iter(imports(session, 1)), None)
    number = newest.number + 1 if newest else 1
    session.add(ImportedCard(number=number, rates=rates, markets=markets, note=note))
    session.flush()
    forget()
    record_act(session, Act(None, "price.card", after={"number": number}, reason=note))
    return number


def moved(before: RateCard, after: RateCard) -> list[Moved]:
    """Which rates differ today."""
    places = [(market, category) for market in sorted(before.names() | after.names()) for category in CATEGORIES]
    found = [Moved(*place, *(_micros(one, *place) for one in (before, after))) for place in places]
    return [one for one in found if one.before != one.after]


def _micros(one: RateCard, market: str, category: str) -> int | None:
    rate = one.rate(market, category, utcnow().date())
    return rate.micros if rate else None


@lru_cache(4)
def _imported(card_id: UUID) -> RateCard:
    with transaction(service_scope(QUOTING)) as session:
        row = session.scalars(select(ImportedCard).where(ImportedCard.id == card_id)).one()
        return read_card(row.rates, row.markets)
