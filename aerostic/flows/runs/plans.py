"""Versions made ready to run, kept as long as the same plugins are on."""

from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.flows.document import Document
from aerostic.flows.models import FlowVersion
from aerostic.flows.plan import Kinds, Plan
from aerostic.tenancy.plugins import view_for

MOST = 1_000


class Plans:
    """Plans by version and set of plugins. A version never changes, so a plan is good for ever."""

    def __init__(self) -> None:
        self._made: dict[tuple[UUID, frozenset[str]], Plan] = {}

    def of(self, session: Session, tenant_id: UUID, version_id: UUID) -> Plan:
        """The plan of a version.

        Raises:
            KindError: a plugin that it needs is off.
            LookupError: the scope has no such version.
        """
        view = view_for(session, tenant_id)
        key = version_id, view.enabled
        found = self._made.get(key)
        if found is None:
            version = session.get(FlowVersion, version_id)
            if version is None:
                raise LookupError("no such version")
            kinds: Kinds = view.flow_nodes
            found = Plan.of(Document.of(version.document), kinds)
            if len(self._made) >= MOST:
                self._made.clear()
            self._made[key] = found
        return found


@lru_cache(1)
def plans() -> Plans:
    """Those of this process."""
    return Plans()
