"""The billing-rule contract: what something costs, and what becomes of its money."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Chargeable:
    """Something that may cost, as plain data: billing knows no messages.

    Args:
        market: ISO 3166 alpha-2 code of the recipient's country, or '' when unknown.
        category: `marketing`, `utility`, `authentication` or `service`.
        count: how many of it.
    """

    tenant_id: UUID
    number_id: UUID
    market: str
    category: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for one.

    Args:
        amount: what the tenant pays, in micro-credits.
        source: the books, versions and rules it came from, a step each, with `; ` between them. Of a step, what follows
            `: ` is for who makes prices; tenants are told the rest of the last one (see `rule_name`).
        share: the part of it that is the margin of the tenant's reseller; the rest is the platform's.
    """

    amount: int
    currency: str
    source: str
    share: int = 0


def rule_name(source: str) -> str:
    """What a tenant is told of a price's source: the last step by its name, without what others paid or earned on the way."""
    return source.rpartition("; ")[2].partition(": ")[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far the charged thing came: `sent`, `delivered`, `read`, `failed`, `cancelled` or `silent` (nothing for 30 days)."""

    status: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class ChargeInfo:
    """A charge as a rule sees it. `state` is `held`, `captured`, `refunded` or `released`; `opened_at` never changes."""

    tenant_id: UUID
    amount: int
    currency: str
    category: str
    market: str
    state: str
    opened_at: datetime


class Settlement(StrEnum):
    """Where the money of a charge belongs. The engine finds the movement from where it is now."""

    CAPTURE = "captured"
    REFUND = "refunded"
    RELEASE = "released"


class BillingRule(Protocol):
    """Prices and settlements of one plugin. What becomes of a charge's money must depend on the arguments alone."""

    @property
    def name(self) -> str:
        """`<plugin>.<rule>`, for messages and for the source of a quote."""

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """The price, or None to let the next rule answer; `NoPriceError` where there must be none."""

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """Where the money belongs now; None to let the next rule answer (no rule: it stays)."""
