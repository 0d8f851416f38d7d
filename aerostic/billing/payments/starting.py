"""Starting a payment: written down before the provider hears of it, so that whatever it says later finds its payment."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.billing.payments.contract import PaymentError, PaymentProvider, PaymentRequest, ProviderError, Started
from aerostic.billing.payments.limits import check
from aerostic.billing.payments.models import Payment
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import KeyReusedError
from aerostic.tenancy.models import Tenant


def start(tenant_id: UUID, provider: PaymentProvider, wanted: PaymentRequest, person_id: UUID) -> str:
    """Begin to pay, and return where the payer goes on. The same request again leads to the same place.

    Args:
        wanted: its id is the key of the form.

    Raises:
        PaymentError: it may not be paid so; nothing was begun.
        ProviderError: the provider did not take it; it counts as failed.
        KeyReusedError: the id belongs to another payment.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        check(session.get_one(Tenant, tenant_id), wanted.amount, wanted.currency)
        payment = _written(session, tenant_id, provider, wanted, person_id)
        if payment.state != "open" or payment.address:
            return payment.address or wanted.paid_url
    try:
        started = provider.start(wanted)
    except (PaymentError, ProviderError):
        _fail(tenant_id, wanted.id)
        raise
    _keep(tenant_id, wanted.id, started)
    return started.url


def _written(
    session: Session, tenant_id: UUID, provider: PaymentProvider, wanted: PaymentRequest, person_id: UUID
) -> Payment:
    content = {"provider": provider.name, "amount": wanted.amount, "currency": wanted.currency}
    row = {"id": wanted.id, "tenant_id": tenant_id, "started_by": person_id, "created_at": utcnow(), **content}
    session.execute(insert(Payment).values(row).on_conflict_do_nothing(index_elements=["id"]))
    payment = session.get(Payment, wanted.id)
    if payment is None or any(getattr(payment, name) != value for name, value in content.items()):
        raise KeyReusedError(str(wanted.id))
    return payment


def _keep(tenant_id: UUID, payment_id: UUID, started: Started) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        payment = session.get_one(Payment, payment_id, with_for_update=True)
        payment.reference = started.reference
        payment.address, payment.expires_at = started.url, started.expires_at


def _fail(tenant_id: UUID, payment_id: UUID) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        payment = session.get_one(Payment, payment_id, with_for_update=True)
        if payment.state == "open":
            payment.state, payment.settled_at = "failed", utcnow()
