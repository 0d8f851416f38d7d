"""What flows need of their workspace: templates, secrets, other flows. A document names them; whether they are there differs from
one workspace to the next.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.flows.checking import check
from aerostic.flows.configs import problems, read
from aerostic.flows.contract import FlowNode, Need, Problem
from aerostic.flows.document import Document, Node
from aerostic.flows.kinds import kinds_of
from aerostic.flows.models import Flow, FlowVersion
from aerostic.flows.plan import Kinds
from aerostic.flows.switched import live

Needed = tuple[Node, FlowNode[Any], Need]


def check_here(session: Session, tenant_id: UUID, document: Document, flow_id: UUID | None = None) -> list[Problem]:
    """All that is wrong with a flow in a workspace: what is wrong with it anywhere, and what it names and is not there.

    Args:
        flow_id: the flow's own id: it may call itself before it is published. None for one that is to be imported.
    """
    kinds = kinds_of(session, tenant_id)
    found = [*check(document, kinds), *_missing(session, tenant_id, document, kinds, flow_id)]
    return sorted(found, key=lambda problem: not problem.blocks)


def needs(document: Document, kinds: Kinds) -> Iterator[Needed]:
    """What each node needs that is not switched off, as far as its configuration can be read."""
    for node in live(document).nodes:
        kind = kinds.get(node.kind)
        if kind and not any(True for _ in problems(kind, node.config)):
            yield from ((node, kind, need) for need in kind.requires(read(kind, node.config).model))


def named_by(session: Session, tenant_id: UUID, kind: str) -> dict[str, list[str]]:
    """What of a kind published flows need, each with the names of those flows."""
    own = select(Flow.name, FlowVersion.document).join(FlowVersion, FlowVersion.id == Flow.published_id)
    kinds, found = kinds_of(session, tenant_id), dict[str, list[str]]()
    for name, document in session.execute(own.where(Flow.tenant_id == tenant_id).order_by(Flow.name, Flow.id)):
        for needed in {need.name for *_, need in needs(Document.of(document), kinds) if need.kind == kind}:
            found.setdefault(needed, []).append(name)
    return found


def is_published(session: Session, tenant_id: UUID, flow_id: UUID) -> bool:
    """Whether a flow can be called."""
    own = select(Flow.published_id).where(Flow.tenant_id == tenant_id, Flow.id == flow_id)
    return session.scalar(own) is not None


def published_flows(session: Session, tenant_id: UUID, most: int) -> list[tuple[UUID, str]]:
    """Flows that can be called, with their names."""
    own = select(Flow.id, Flow.name).where(Flow.tenant_id == tenant_id, Flow.published_id.is_not(None))
    return [(id_, name) for id_, name in session.execute(own.order_by(Flow.name, Flow.id).limit(most))]


def _missing(
    session: Session, tenant_id: UUID, document: Document, kinds: Kinds, flow_id: UUID | None
) -> Iterator[Problem]:
    for node, kind, need in needs(document, kinds):
        why = "" if need.name == str(flow_id) else kind.lacks(session, tenant_id, need)
        if why:
            yield Problem(f"{need.kind}_missing", why, node.id, need.field, about=need.name)
