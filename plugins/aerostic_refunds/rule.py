"""The billing rule on outcomes: delivered is paid, failed is given back unless the policy keeps it, silence releases."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aerostic.sdk import Chargeable, ChargeInfo, Outcome, Quote, Settlement

from .policies import kept

SETTLEMENTS = {
    "delivered": Settlement.CAPTURE,
    "read": Settlement.CAPTURE,
    "failed": Settlement.REFUND,
    "cancelled": Settlement.RELEASE,
    "silent": Settlement.RELEASE,
}


@dataclass(frozen=True, slots=True)
class RefundRule:
    """Settles by how far a message came.

    Args:
        kept: the error codes whose failures a tenant paid for at a moment. What was in force when a charge was opened never
            changes, so neither does what becomes of it.
    """

    kept: Callable[[UUID, datetime], Collection[int]] = kept
    name: str = "refunds.outcomes"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """Prices are for others to say."""
        return None

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """Delivered or read: paid. Failed: refunded, unless it is a failure that is paid. Cancelled or silent: released."""
        settlement = SETTLEMENTS.get(outcome.status)
        if settlement is Settlement.REFUND and outcome.code in self.kept(charge.tenant_id, charge.opened_at):
            return Settlement.CAPTURE
        return settlement
