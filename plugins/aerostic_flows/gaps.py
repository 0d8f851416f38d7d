"""What a flow names and a workspace does not have, with what it has instead: chosen when the flow is imported."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.sdk.automation import Document, Node, Problem, check_here, kinds_of
from aerostic.sdk.flows import Offer

MISSING = "_missing"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not there.

    Args:
        name: of the field in which is chosen what stands in its place.
        node: id of the node that names it.
        about: what it is called.
        offers: what is there; none where there is nothing to choose.
    """

    name: str
    node: str
    about: str
    offers: Sequence[Offer]


def gaps(session: Session, tenant_id: UUID, document: Document, problems: Sequence[Problem]) -> Iterator[Gap]:
    """What is missing, node by node."""
    kinds = kinds_of(session, tenant_id)
    nodes = {node.id: node for node in document.nodes}
    for problem in problems:
        node = nodes.get(problem.node)
        if node and node.kind in kinds and problem.code.endswith(MISSING):
            offers = kinds[node.kind].offers(session, tenant_id).get(problem.field, ())
            yield Gap(f"in-place:{node.id}:{problem.field}", node.id, problem.about, offers)


def filled(session: Session, tenant_id: UUID, document: Document, chosen: Mapping[str, str]) -> Document:
    """A document in which what was chosen stands in the place of what is missing; whatever was not stays.

    Args:
        chosen: titles of offers, by the names of gaps.
    """
    given: dict[str, dict[str, Any]] = {}
    for gap in gaps(session, tenant_id, document, check_here(session, tenant_id, document)):
        for offer in gap.offers:
            if offer.title == chosen.get(gap.name):
                given.setdefault(gap.node, {}).update(offer.config)
    nodes = [_with(node, given.get(node.id, {})) for node in document.nodes]
    return document.model_copy(update={"nodes": nodes})


def _with(node: Node, config: Mapping[str, Any]) -> Node:
    return node.model_copy(update={"config": {**node.config, **config}}) if config else node
