"""The documents of payments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.invoices.models import Invoice


def of_payments(session: Session, payment_ids: Iterable[UUID]) -> Mapping[UUID, list[Invoice]]:
    """The invoice of each payment and its credit notes, the oldest first."""
    found: dict[UUID, list[Invoice]] = defaultdict(list)
    chosen = select(Invoice).where(Invoice.payment_id.in_(list(payment_ids))).order_by(Invoice.id)
    for invoice in session.scalars(chosen):
        found[invoice.payment_id].append(invoice)
    return found
