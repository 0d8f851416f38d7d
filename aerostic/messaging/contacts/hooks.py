"""Telling a tenant's plugins about opt-outs, after they are committed."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import once_committed, tenant_scope, transaction
from aerostic.messaging.contacts.consent import OptOut
from aerostic.tenancy.plugins import view_for


def tell_plugins(tenant_id: UUID, opt_outs: Iterable[OptOut]) -> None:
    """Call the tenant hook `contact_opted_out` for each. Call it once the transaction of the opt-outs is committed."""
    known = list(opt_outs)
    if not known:
        return
    with transaction(tenant_scope(tenant_id)) as session:
        view = view_for(session, tenant_id)
    for contact_id, category in known:
        view.contact_opted_out(tenant_id, contact_id, category)


def tell_when_committed(session: Session, tenant_id: UUID, opt_outs: Iterable[OptOut]) -> None:
    """`tell_plugins`, once what the session changed is there to be seen; not where it is rolled back."""
    known = list(opt_outs)
    once_committed(session, lambda: tell_plugins(tenant_id, known))
