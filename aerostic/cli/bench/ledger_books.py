"""Tenants with money for `bench ledger`, and a million entries for `verify` to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from aerostic.db import new_id, platform_scope, service_scope, transaction
from aerostic.ledger import Counted, Transfer, assign, count, credit, held, hold, outside, post, revenue, wallet
from aerostic.tenancy.models import Tenant

SERVICE = service_scope("statuses")
MONEY, CURRENCY = 10**14, "USD"
CHUNK = 5_000
BALANCES = text("SELECT purpose, balance FROM ledger_account WHERE tenant_id = :tenant")


@dataclass(frozen=True)
class Books:
    """A tenant and its accounts by purpose."""

    tenant_id: UUID
    accounts: Mapping[str, UUID]

    def payment(self, target_id: UUID | None = None) -> Transfer:
        """A new transfer of one micro-credit from the wallet, to the tenant's revenue unless another account is named."""
        id_ = new_id()
        target = target_id or self.accounts["revenue"]
        return Transfer(self.tenant_id, str(id_), "capture", self.accounts["wallet"], target, 1, subject_id=id_, id=id_)

    def balances(self) -> dict[str, int]:
        """By purpose."""
        with transaction(SERVICE) as session:
            return {row.purpose: row.balance for row in session.execute(BALANCES, {"tenant": self.tenant_id})}


def open_books() -> Books:
    """A new tenant with plenty in its wallet."""
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        makers = {"outside": outside, "wallet": wallet, "held": held, "revenue": revenue}
        accounts = {purpose: make(session, tenant.id, CURRENCY) for purpose, make in makers.items()}
        credit(session, tenant.id, MONEY, CURRENCY, "bench")
    return Books(tenant.id, accounts)


def fill(entries: int, tenants: int = 10) -> None:
    """Post captures of holds until there are that many entries more."""
    each = entries // 2 // tenants
    for books in [open_books() for _ in range(tenants)]:
        with transaction(SERVICE) as session:
            hold_id = hold(session, books.tenant_id, "bench", each, CURRENCY)
            assign(session, books.tenant_id, hold_id, each, CURRENCY)
        for first in range(0, each, CHUNK):
            _capture(books, hold_id, min(CHUNK, each - first))


def _capture(books: Books, hold_id: UUID, transfers: int) -> None:
    pair = books.accounts["held"], books.accounts["revenue"]
    ids = [new_id() for _ in range(transfers)]
    batch = [Transfer(books.tenant_id, str(id_), "capture", *pair, 1, hold_id=hold_id, subject_id=id_) for id_ in ids]
    with transaction(SERVICE) as session:
        post(session, batch)
        count(session, {hold_id: Counted(captured=transfers)})
