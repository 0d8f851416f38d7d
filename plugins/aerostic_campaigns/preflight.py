"""What a campaign would do and cost, told before anything is sent."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.sdk import audience, tenant_scope, transaction, utcnow, wallet_balance

from .context import Context, get, load
from .judging import Judge, Judged, Screen, survey
from .limits import room, waiting
from .verdicts import PROBLEMS, VERDICTS
from .zones import zone_named

SAMPLES = 5
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One contact behind a verdict."""

    contact_id: UUID
    detail: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """What the messages to one market cost, in micro-credits."""

    market: str
    category: str
    count: int
    price: int
    amount: int


@dataclass(slots=True)
class Tally:
    """Counts of an audience, kept while it streams by."""

    total: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    markets: Counter[str] = field(default_factory=Counter)

    def add(self, chunk: Iterable[Judged]) -> None:
        """Count some more."""
        for judged in chunk:
            self.total += 1
            if not judged.verdict:
                self.markets[judged.row.country] += 1
                continue
            self.verdicts[judged.verdict] += 1
            kept = self.samples.setdefault(judged.verdict, [])
            if len(kept) < SAMPLES:
                kept.append(Sample(judged.contact_id, judged.detail))

    @property
    def sendable(self) -> int:
        """How many would get the message."""
        return self.markets.total()

    def costs(self, judge: Judge) -> list[CostLine]:
        """What each market costs, the dearest first."""
        lines = [
            CostLine(market, judge.category, count, price.amount, price.amount * count)
            for market, count in self.markets.items()
            if (price := judge.prices.get(market))
        ]
        return sorted(lines, key=lambda line: (-line.amount, line.market))


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to "what will this campaign do?". Amounts in micro-credits, `seconds` at the number's pace.

    Args:
        verdicts: contacts that get nothing, by code (see verdicts.py).
        samples: a few contacts behind each verdict.
        problems: codes of what keeps the campaign from starting.
        ends_at: in the tenant's zone; None when nothing would be sent.
    """

    total: int
    sendable: int
    verdicts: dict[str, int]
    samples: dict[str, list[Sample]]
    costs: list[CostLine]
    cost: int
    currency: str
    balance: int
    pace: int
    waiting: int
    seconds: int
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    problems: list[str]

    @property
    def enough(self) -> bool:
        """Whether the wallet covers the cost."""
        return self.balance >= self.cost

    def explained(self) -> list[str]:
        """The problems as sentences."""
        return [PROBLEMS[code] for code in self.problems]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, with a sentence beside each code."""
        return asdict(self) | {
            "enough": self.enough,
            "verdicts": {code: {"count": n, "message": VERDICTS[code]} for code, n in self.verdicts.items()},
            "problems": [{"code": code, "message": PROBLEMS[code]} for code in self.problems],
        }


def preflight(tenant_id: UUID, campaign_id: UUID, tell: Callable[[int], None] = lambda done: None) -> Report:
    """Judge the whole audience, in bounded memory, without changing anything.

    Args:
        tell: called now and then with how many people have been judged.

    Raises:
        CampaignError: there is no such campaign, or its channel is off.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        context = load(session, get(session, campaign_id))
        judge, tally = Judge(context), Tally()
        chunks = audience.select(session, tenant_id, context.audience, chunk=CHUNK)
        for chunk in survey(judge, Screen(room(session, context)), chunks):
            tally.add(chunk)
            tell(tally.total)
        return report(session, context, judge, tally)


def report(session: Session, context: Context, judge: Judge, tally: Tally) -> Report:
    """What a surveyed audience means for cost, time and wallet."""
    costs = tally.costs(judge)
    cost = sum(line.amount for line in costs)
    currencies = {price.currency for price in judge.prices.values()} or {context.tenant.currency}
    currency = min(currencies)
    balance = wallet_balance(session, context.tenant.id, currency)
    zone = zone_named(context.tenant.zone)
    before = waiting(session, context)
    starts = max(context.campaign.scheduled_at or utcnow(), utcnow())
    # Other batches share the lane's pace, so the worst end is after all that waits there now.
    seconds = -(-(before + tally.sendable) // context.number.pace)
    return Report(
        total=tally.total,
        sendable=tally.sendable,
        verdicts=dict(tally.verdicts.most_common()),
        samples=tally.samples,
        costs=costs,
        cost=cost,
        currency=currency,
        balance=balance,
        pace=context.number.pace,
        waiting=before,
        seconds=seconds,
        starts_at=starts.astimezone(zone),
        ends_at=(starts + timedelta(seconds=seconds)).astimezone(zone) if tally.sendable else None,
        zone=context.tenant.zone,
        problems=problems(context, nobody=not tally.sendable, enough=balance >= cost, currencies=len(currencies)),
    )


def problems(context: Context, *, nobody: bool = False, enough: bool = True, currencies: int = 1) -> list[str]:
    """Codes of what keeps the campaign from starting."""
    campaign = context.campaign
    found = {
        "template_not_approved": context.template.status != "APPROVED",
        "template_elsewhere": context.number.account_id != context.template.account_id,
        "category_changed": campaign.category not in ("", context.category),
        "number_not_connected": context.number.status != "CONNECTED",
        "account_blocked": context.account.status != "active",
        "unmapped_variable": bool(context.mapped[1]),
        "nobody": nobody,
        "currencies": currencies > 1,
        "balance": not enough,
    }
    return [code for code, holds in found.items() if holds]
