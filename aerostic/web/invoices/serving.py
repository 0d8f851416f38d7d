"""An invoice as a download."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.invoices.models import Invoice
from aerostic.billing.payments.models import MANUAL
from aerostic.db import service_scope, transaction
from aerostic.registry import runtime
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.models import SERVICE, BrandFile, BrandVersion
from aerostic.web.brands.current import brand_for


def download(session: Session, invoice: Invoice) -> Response:
    """The PDF, under its number. The session's scope must reach the workspace."""
    # Drawing needs much that nothing else needs, so it is loaded by who draws.
    from aerostic.web.invoices.drawing import drawn

    brand = brand_for(session, invoice.tenant_id)
    body = drawn(invoice, brand, _logo(invoice.reseller_id), way(invoice.facts["provider"]))
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{invoice.name}.pdf"'
    return answer


def way(provider: str) -> str:
    """How a payment was made, in words."""
    if provider == MANUAL:
        return str(_("Bank transfer"))
    declared = runtime().registry.declared("register_payment_providers")
    return next((str(_(item.value.title)) for item in declared if item.value.name == provider), provider)


def _logo(reseller_id: UUID | None) -> bytes | None:
    """A reseller's logo as it is published; None where it has none, and for the platform, which shows its name."""
    with transaction(service_scope(SERVICE)) as session:
        current = BrandVersion.reseller_id == reseller_id, BrandVersion.current
        design = session.scalar(select(BrandVersion.design).where(*current)) if reseller_id else None
        logo = Design.model_validate(design).logo if design else None
        return session.scalar(select(BrandFile.body).where(BrandFile.id == logo)) if logo else None
