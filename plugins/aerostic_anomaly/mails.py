"""Mail to the people of a workspace that something unusual was noticed about it."""

from datetime import timedelta
from uuid import UUID

from aerostic.sdk import OpenedIncident, people, tenant_scope, transaction

# More would be read by nobody; the security centre has everything.
EVERY = timedelta(hours=24)


def tell(tenant: UUID, incident: OpenedIncident) -> None:
    """Write to those who may see the security centre: which kinds of things, and when. Nothing says whom else it concerns."""
    said = {"families": incident.families, "opened_at": incident.opened_at}
    with transaction(tenant_scope(tenant)) as session:
        people.tell(session, tenant, "security.view", "anomaly.incident", every=EVERY, **said)
