"""Flows in tests of plugins: drawn, published, run by hand, and looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.flows.runs.trying import start
from aerostic.flows.state import Done

START: dict[str, Any] = {"id": "start", "kind": "logic.called"}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went.

    Args:
        state: `ended`, `waiting`, `failed`, ...
        reason: a code, of one that failed or was stopped.
        steps: what it did, after its start.
    """

    state: str
    reason: str
    steps: list[Done]

    @property
    def path(self) -> str:
        """The steps with the ports that they took: `give:next thank:error`."""
        return " ".join(f"{step.node}:{step.port or step.fate}" for step in self.steps)


def run_flow(
    tenant_id: UUID,
    *steps: Mapping[str, Any],
    contact_id: UUID | None = None,
    text: str = "",
    values: Mapping[str, Any],
) -> Ran:
    """Run steps one after the other, in a flow of their own. The tenant needs the plugins that bring them, and `logic`.

    Args:
        steps: `{"id": ..., "kind": ..., "config": {...}}`.
        text: what the contact is taken to have said.
        values: variables to begin with.

    Raises:
        NotReadyError: something is wrong with a configuration; `problems` says what.
    """
    nodes = [START, *map(dict, steps)]
    edges = [{"source": one["id"], "target": other["id"]} for one, other in pairwise(nodes)]
    document = Document.of({"nodes": nodes, "edges": edges})
    with transaction(tenant_scope(tenant_id)) as session:
        flow = drafts.create(session, tenant_id, "Test", document)
        drafts.publish(session, flow.id, user_id=None)
        run_id = start(session, flow.id, contact_id=contact_id, values=values, text=text).id
    with transaction(tenant_scope(tenant_id)) as session:
        run = session.get_one(FlowRun, run_id)
        return Ran(run.state, run.reason, journal.read(session, run)[1:])
