"""The demo's reseller under its own brand and host."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import draft_of, publish, save_draft
from aerostic.tenancy.hosts import forget_when_committed
from aerostic.tenancy.models import Host

HOST = "northwind.localhost"
DESIGN = Design(
    name="Northwind",
    theme="northwind",
    support_email="help@northwind.example",
    terms_url="https://northwind.example/terms",
    privacy_url="https://northwind.example/privacy",
    legal="Northwind Messaging Ltd, 1 Harbour Row, Bristol",
)


def seed_brand(session: Session, reseller_id: UUID) -> None:
    """Publish the demo's brand, and serve its host without a proof: nobody else can have a name below localhost."""
    if draft_of(session, reseller_id) is None:
        save_draft(session, reseller_id, DESIGN)
        publish(session, reseller_id)
    if session.scalar(select(Host).where(Host.name == HOST)) is None:
        session.add(Host(name=HOST, reseller_id=reseller_id, verified_at=utcnow()))
        forget_when_committed(session)
