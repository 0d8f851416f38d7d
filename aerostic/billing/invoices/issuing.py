"""Issuing: the next number and the document in one transaction with the money, so that a number is never lost."""

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.billing.invoices.models import Invoice, InvoiceSeries
from aerostic.billing.payments.models import Payment
from aerostic.db import new_id, utcnow
from aerostic.registry import runtime
from aerostic.tenancy.brands import brand_of_reseller
from aerostic.tenancy.models import Tenant

CENT = 10_000
LINE = r"\n"  # as it can stand in the environment


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says, as it was when it was issued. Amounts are micro-credits; the tax is part of `gross`.

    Args:
        seller, seller_address, seller_tax_id: of whom it is.
        buyer, buyer_country: the workspace.
        brand: the product's name.
        provider, reference: how it was paid.
        of: the invoice that a credit note is about; '' on an invoice.
    """

    seller: str
    seller_address: str
    seller_tax_id: str
    buyer: str
    buyer_country: str
    brand: str
    currency: str
    gross: int
    net: int
    tax: int
    tax_percent: str
    provider: str
    reference: str
    of: str = ""


def issue(session: Session, payment: Payment) -> Invoice:
    """The invoice of a payment that came in."""
    tenant = session.get_one(Tenant, payment.tenant_id)
    return _add(session, tenant, payment, "invoice", _facts(tenant, payment, payment.amount, tax_percent(tenant)))


def issue_credit_note(session: Session, payment: Payment, amount: int) -> Invoice:
    """The credit note for so many micro-credits that the payer got back, at the tax of the invoice."""
    tenant = session.get_one(Tenant, payment.tenant_id)
    invoice = session.scalars(select(Invoice).where(Invoice.payment_id == payment.id, Invoice.kind == "invoice")).one()
    percent = Decimal(invoice.facts["tax_percent"])
    facts = asdict(_facts(tenant, payment, amount, percent)) | {"of": invoice.name}
    kept = ("seller", "seller_address", "seller_tax_id", "buyer", "buyer_country", "brand")
    return _add(session, tenant, payment, "credit_note", Facts(**facts | {name: invoice.facts[name] for name in kept}))


def tax_percent(tenant: Tenant) -> Decimal:
    """The tax in what a workspace pays. Resellers have no rate of their own yet."""
    return Decimal(0) if tenant.reseller_id else runtime().settings.seller_tax_percent


def net_of(gross: int, percent: Decimal) -> int:
    """What is left of an amount without its tax, in micro-credits, rounded to hundredths of the unit."""
    cents = Decimal(gross) / CENT * 100 / (100 + percent)
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP)) * CENT


def _facts(tenant: Tenant, payment: Payment, gross: int, percent: Decimal) -> Facts:
    brand = brand_of_reseller(tenant.reseller_id)
    settings = runtime().settings
    own = tenant.reseller_id is None
    net = net_of(gross, percent) if percent else gross
    return Facts(
        seller=(settings.seller_name if own else "") or brand.name,
        seller_address=settings.seller_address.replace(LINE, "\n") if own else brand.legal,
        seller_tax_id=settings.seller_tax_id if own else "",
        buyer=tenant.name,
        buyer_country=tenant.country,
        brand=brand.name,
        currency=payment.currency,
        gross=gross,
        net=net,
        tax=gross - net,
        tax_percent=f"{percent.normalize():f}",
        provider=payment.provider,
        reference=payment.reference or "",
    )


def _add(session: Session, tenant: Tenant, payment: Payment, kind: str, facts: Facts) -> Invoice:
    now = utcnow()
    row = {"id": new_id(), "reseller_id": tenant.reseller_id, "kind": kind, "year": now.year, "last": 1}
    following = (
        insert(InvoiceSeries)
        .values(row)
        .on_conflict_do_update(index_elements=["reseller_id", "kind", "year"], set_={"last": InvoiceSeries.last + 1})
    )
    # The row stays locked until the money is committed: whoever is next waits, and nobody skips a number.
    number = session.execute(following.returning(InvoiceSeries.last)).scalar_one()
    invoice = Invoice(
        tenant_id=tenant.id,
        reseller_id=tenant.reseller_id,
        payment_id=payment.id,
        kind=kind,
        year=now.year,
        number=number,
        facts=asdict(facts),
        issued_at=now,
    )
    session.add(invoice)
    session.flush()
    return invoice
