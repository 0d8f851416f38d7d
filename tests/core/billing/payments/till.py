"""A payment provider of the tests, and a look at what it brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from aerostic.billing.payments.contract import Happened, PaymentEvent, PaymentRequest, ProviderError, Started
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.settling import settle
from aerostic.billing.payments.starting import start
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.ledger import verify, wallet_balance
from aerostic.ledger.models import LedgerTransfer
from tests.support.factories import TESTS, make_tenant

ONE = 1_000_000


@dataclass
class Till:
    """Takes what it is asked for, under references that count up; `down` makes it refuse."""

    name: str = "till"
    title: str = "Till"
    down: bool = False
    asked: list[PaymentRequest] = field(default_factory=list)

    def start(self, payment: PaymentRequest) -> Started:
        """Remember it."""
        if self.down:
            raise ProviderError("the till is shut")
        self.asked.append(payment)
        return Started(f"till-{payment.id}", f"https://till.example/{payment.id}")

    def webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """Nothing: tests settle directly."""
        return ()


def request(amount: int = 20 * ONE, currency: str = "USD", payment_id: UUID | None = None) -> PaymentRequest:
    """Somebody wants to pay."""
    urls = ("https://app.example/paid", "https://app.example/back")
    return PaymentRequest(payment_id or new_id(), amount, currency, "Credit", "en", *urls)


def started(amount: int = 20 * ONE, **values: Any) -> Payment:
    """A payment that a new workspace began."""
    tenant = make_tenant(**values)
    wanted = request(amount)
    start(tenant.id, Till(), wanted, new_id())
    return payment_of(wanted.id)


def paid(amount: int = 20 * ONE) -> Payment:
    """One that came in."""
    payment = started(amount)
    assert tell(payment) == ""
    return payment_of(payment.id)


def tell(payment: Payment, happened: Happened = Happened.PAID, **values: Any) -> str:
    """Have the provider say something of a payment: what it should say, but for `values`."""
    said = {"amount": payment.amount, "currency": payment.currency, "reference": payment.reference, **values}
    return settle("till", PaymentEvent(happened, payment.id, **said))


def payment_of(payment_id: UUID) -> Payment:
    """A payment as it stands."""
    with transaction(TESTS) as session:
        return session.get_one(Payment, payment_id)


def balance(tenant_id: UUID) -> int:
    """What is in the wallet."""
    with transaction(tenant_scope(tenant_id)) as session:
        return wallet_balance(session, tenant_id, "USD")


def transfers(tenant_id: UUID) -> list[tuple[str, str, int]]:
    """Key, kind and amount of every movement."""
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.scalars(select(LedgerTransfer).order_by(LedgerTransfer.id))
        return [(row.key, row.kind, row.amount) for row in rows]


def books_are_right() -> bool:
    """Whether the ledger can be proved."""
    with transaction(platform_scope("tests")) as session:
        return not verify(session).findings
