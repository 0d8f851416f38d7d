"""A tenant with money, and a look at where it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import credit
from tests.support.factories import make_tenant

BALANCES = text("SELECT purpose, balance FROM ledger_account WHERE tenant_id = :id AND currency = 'USD'")


@dataclass(frozen=True)
class Books:
    """The accounts of one tenant, in USD."""

    tenant_id: UUID

    @classmethod
    def with_credit(cls, amount: int, **values: Any) -> "Books":
        """A new tenant whose wallet holds `amount`; `values` are further columns of it."""
        tenant_id = make_tenant(**values).id
        with transaction(tenant_scope(tenant_id)) as session:
            credit(session, tenant_id, amount, "USD", "first")
        return cls(tenant_id)

    def balances(self) -> dict[str, int]:
        """Committed balances by purpose."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            return {row.purpose: row.balance for row in session.execute(BALANCES, {"id": self.tenant_id})}
