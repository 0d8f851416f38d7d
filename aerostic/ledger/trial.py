"""The trial balance: what the accounts of a kind of owner have together for a purpose, by currency."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import text
from sqlalchemy.orm import Session

LINES = text("""
    SELECT currency, CASE WHEN reseller_id IS NOT NULL THEN 'reseller' WHEN tenant_id IS NOT NULL THEN 'tenant'
            ELSE 'platform' END AS owner,
        purpose, count(*) AS accounts, CAST(sum(balance) AS bigint) AS balance
    FROM ledger_account GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The accounts of one kind of owner (`platform`, `reseller`, `tenant`) for one purpose; `balance` in micro-credits."""

    currency: str
    owner: str
    purpose: str
    accounts: int
    balance: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The accounts of one currency. In sound books they sum to zero."""

    currency: str
    lines: tuple[TrialLine, ...]

    @property
    def accounts(self) -> int:
        """How many there are."""
        return sum(line.accounts for line in self.lines)

    @property
    def sum(self) -> int:
        """Of all balances, in micro-credits."""
        return sum(line.balance for line in self.lines)


def trial_balances(session: Session) -> list[Trial]:
    """The trial balance of each currency that the session's scope can see."""
    lines = [TrialLine(*row) for row in session.execute(LINES)]
    return [Trial(currency, tuple(some)) for currency, some in groupby(lines, attrgetter("currency"))]
