"""A tenant with open charges, a plain rule, and a look at where the money is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing import (
    Chargeable,
    ChargeInfo,
    NewCharge,
    Outcome,
    Quote,
    Settled,
    Settlement,
    open_charges,
    settle,
)
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import hold
from tests.core.ledger.books import Books

PRICE = 37
CHARGES = text("SELECT id, state, reason, seq FROM charge WHERE tenant_id = :id ORDER BY id")


@dataclass(frozen=True)
class PlainRule:
    """Delivered is paid, failed goes back."""

    name: str = "tests.plain"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """One price for everything."""
        return Quote(PRICE, "USD", self.name)

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """What the rate card does."""
        return {
            "delivered": Settlement.CAPTURE,
            "read": Settlement.CAPTURE,
            "failed": Settlement.REFUND,
            "silent": Settlement.RELEASE,
        }.get(outcome.status)


RULES = [PlainRule()]


@dataclass(frozen=True)
class Money(Books):
    """The books of a tenant with charges on one hold."""

    hold_id: UUID
    charges: tuple[UUID, ...]

    @classmethod
    def with_charges(cls, count: int, amount: int = PRICE, wallet: int = 1_000, spare: int = 0) -> "Money":
        """A tenant with `wallet` whose hold is for `count` charges and `spare` more."""
        books = Books.with_credit(wallet)
        charges = tuple(new_id() for _ in range(count))
        price = Quote(amount, "USD", "tests")
        with transaction(tenant_scope(books.tenant_id)) as session:
            hold_id = hold(session, books.tenant_id, "campaign", (count * amount + spare) or 1, "USD")
            rows = [NewCharge(charge, "marketing", "US", price) for charge in charges]
            open_charges(session, books.tenant_id, hold_id, rows)
        return cls(books.tenant_id, hold_id, charges)

    def report(self, *outcomes: tuple[int, str]) -> list[Settled]:
        """Settle, in one transaction: the place of the charge, and how far it came."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            return self.settle(session, *outcomes)

    def settle(self, session: Session, *outcomes: tuple[int, str]) -> list[Settled]:
        """The same, in a transaction of the caller's."""
        came = [(self.charges[place], Outcome(status)) for place, status in outcomes]
        return settle(session, self.tenant_id, RULES, came)

    def states(self) -> list[str]:
        """The states of the charges, in their order."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            return [row.state for row in session.execute(CHARGES, {"id": self.tenant_id})]
