"""A reseller with credits and a workspace, and a look at where the credits are."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from aerostic.billing.credits.acts import ask
from aerostic.billing.credits.contract import Act, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import new_id, reseller_scope, transaction
from aerostic.ledger.models import LedgerAccount, LedgerTransfer
from tests.support.factories import TESTS, make_reseller, make_tenant

ONE = 1_000_000
PLATFORM, RESELLER = Person(new_id(), "platform"), Person(new_id(), "reseller")


@dataclass(frozen=True)
class Market:
    """The accounts of a reseller and one of its workspaces, in USD."""

    reseller_id: UUID
    tenant_id: UUID

    @classmethod
    def with_credit(cls, amount: int) -> "Market":
        """A new reseller that has bought so many micro-credits, with a workspace that has none."""
        reseller_id = make_reseller().id
        market = cls(reseller_id, make_tenant(reseller_id=reseller_id).id)
        if amount:
            market.platform("sale", amount)
        return market

    def act(self, kind: str, amount: int, **values: object) -> Act:
        """An act between the two."""
        defaults = {
            "id": new_id(),
            "currency": "USD",
            "reason": "correction",
            "reseller_id": self.reseller_id,
            "tenant_id": None if kind == "sale" else self.tenant_id,
        }
        return Act(kind=kind, amount=amount, **{**defaults, **values})  # type: ignore[arg-type]

    def platform(self, kind: str, amount: int, person: Person = PLATFORM, **values: object) -> CreditRequest:
        """Have the platform's people do something."""
        with transaction(TESTS) as session:
            return ask(session, self.act(kind, amount, **values), person)

    def reseller(self, kind: str, amount: int, person: Person = RESELLER, **values: object) -> CreditRequest:
        """Have the reseller's people do something."""
        with transaction(reseller_scope(self.reseller_id)) as session:
            return ask(session, self.act(kind, amount, **values), person)

    def balances(self) -> tuple[int, int]:
        """What the reseller and the workspace can spend."""
        with transaction(TESTS) as session:
            wallets = select(LedgerAccount).where(LedgerAccount.purpose == "wallet", LedgerAccount.currency == "USD")
            rows = session.scalars(wallets).all()
        theirs = sum(row.balance for row in rows if row.reseller_id == self.reseller_id)
        return theirs, sum(row.balance for row in rows if row.tenant_id == self.tenant_id)


def posted() -> int:
    """How many transfers there are."""
    with transaction(TESTS) as session:
        return len(session.scalars(select(LedgerTransfer.id)).all())
