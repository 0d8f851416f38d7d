"""From where the money of a charge is, and where it belongs, to the movement between accounts."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from aerostic.billing.contract import Settlement
from aerostic.ledger import Counted


@dataclass(frozen=True, slots=True)
class Move:
    """A movement: its kind in the ledger, from which account to which, and what it adds to the hold's counts.

    `undoes` says that it reverses the charge's movement before.
    """

    kind: str
    source: str
    target: str
    captured: int
    released: int
    undoes: bool = False

    def counted(self, amount: int) -> Counted:
        """What it adds to the counts of a hold."""
        return Counted(self.captured * amount, self.released * amount)

    def used(self, charge: Any) -> Counter[str]:
        """What it adds to the usage of the charge's day."""
        return Counter(
            paid_count=self.captured,
            paid=self.captured * charge.amount,
            shares=self.captured * charge.share,
            back_count=self.released,
            back=self.released * charge.amount,
        )


COLLECT_AGAIN = Move("recapture", "wallet", "revenue", 1, -1, undoes=True)
MOVES = {
    ("held", Settlement.CAPTURE): Move("capture", "held", "revenue", 1, 0),
    ("held", Settlement.REFUND): Move("refund", "held", "wallet", 0, 1),
    ("held", Settlement.RELEASE): Move("release", "held", "wallet", 0, 1),
    ("captured", Settlement.REFUND): Move("refund", "revenue", "wallet", -1, 1, undoes=True),
    ("refunded", Settlement.CAPTURE): COLLECT_AGAIN,
    ("released", Settlement.CAPTURE): COLLECT_AGAIN,
}
