"""Mail to those people of a workspace who have a permission."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.identity.team import people_with
from aerostic.mail.seldom import claim
from aerostic.tenancy.models import Tenant
from aerostic.web.brands.current import brand_for
from aerostic.web.pages.language import in_zone
from aerostic.web.people import mailing


def tell(
    session: Session, tenant_id: UUID, permission: str, kind: str, *, every: timedelta = timedelta(0), **values: Any
) -> int:
    """Write a mail to each active person of a workspace who has a permission; to nobody where that is suspended or erased.

    Each reads it in their own language, with times in the workspace's zone, under its brand. It is put into the outbox
    with the session's transaction, and sent by a job after that: a mail server that is away holds up nobody.

    Args:
        session: in a transaction that reaches the tenant, its members and nobody else: `tenant_scope(tenant_id)`.
        tenant_id: the workspace.
        permission: who is told, such as `security.view`.
        kind: which mail. A plugin's is called `<plugin>.<name>`, for its templates `templates/<plugin>/mail/<name>.txt`,
            which has the block `subject`, too, and `<name>.html`.
        every: how long after one mail of a kind the workspace gets no other of it. That is noted in the same transaction,
            so a crash leaves mail and note or neither, and what is tried again then writes the mail that is missing.
        values: what the templates want beside `name`, `workspace`, `brand` and `site`, the address of the brand's host.

    Returns:
        How many people were written to.
    """
    tenant = session.get(Tenant, tenant_id)
    if tenant is None or tenant.status != "active":
        return 0
    people = people_with(session, tenant_id, permission)
    if not people or not claim(session, tenant_id, kind, utcnow(), every):
        return 0
    brand = brand_for(session, tenant_id)
    with in_zone(tenant.zone):
        for user in people:
            about = {"name": user.name, "workspace": tenant.name, **values}
            language = user.locale or brand.locale
            mailing.post(session, kind, brand, user.email or "", language=language, tenant_id=tenant_id, **about)
    mailing.wake_when_committed(session)
    return len(people)
