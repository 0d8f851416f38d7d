"""What a workspace's prices are made from, remembered for a second: every message is quoted, and prices change once in months."""

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from .card import RateCard
from .chain import Chain

SECONDS = 1.0
MOST = 10_000


class Prices(NamedTuple):
    """The card that counts, and a workspace's books."""

    card: RateCard
    chain: Chain


class _Kept(NamedTuple):
    until: float
    prices: Prices


_kept: dict[UUID, _Kept] = {}


def prices_for(tenant_id: UUID, find: Callable[[], Prices]) -> Prices:
    """A workspace's, as `find` found them at most a second ago."""
    now = monotonic()
    kept = _kept.get(tenant_id)
    if kept is None or kept.until < now:
        if len(_kept) >= MOST:
            _kept.clear()
        kept = _kept[tenant_id] = _Kept(now + SECONDS, find())
    return kept.prices


def forget() -> None:
    """Prices have changed here; other processes see it a second later."""
    _kept.clear()
