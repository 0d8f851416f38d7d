"""A flow made ready to run, once for all its runs: nodes with their classes and configurations, and where each port leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aerostic.flows.configs import Written, read
from aerostic.flows.contract import FlowNode
from aerostic.flows.document import Asked, Document
from aerostic.flows.switched import live

Kinds = Mapping[str, FlowNode[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A node in its place.

    Args:
        ways: the ports that an edge leaves, each with the id of the node it leads to.
        retries: how often a failure that may pass is tried again; None for as often as the node says.
    """

    id: str
    node: FlowNode[Any]
    config: Written
    ways: Mapping[str, str]
    retries: int | None


class KindError(LookupError):
    """A kind of node is not there: its plugin is switched off, or not installed."""

    def __init__(self, kind: str, node: str) -> None:
        super().__init__(kind)
        self.kind, self.node = kind, node


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes by their ids, the limits that the flow asks for, and what its expressions ask for, as `workspace`."""

    steps: Mapping[str, Step]
    limits: Asked = field(default_factory=Asked)
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, document: Document, kinds: Kinds) -> "Plan":
        """Make a document ready that has no problems that block. Nodes that are off are no part of it.

        Raises:
            KindError: one of its nodes is of a kind that is not there any more.
        """
        document = live(document)
        ways: dict[str, dict[str, str]] = {node.id: {} for node in document.nodes}
        for edge in document.edges:
            ways[edge.source][edge.port] = edge.target
        steps = {}
        for node in document.nodes:
            kind = kinds.get(node.kind)
            if kind is None:
                raise KindError(node.kind, node.id)
            steps[node.id] = Step(node.id, kind, read(kind, node.config), ways[node.id], node.retries)
        return cls(steps, document.limits, frozenset(name for step in steps.values() for name in step.config.names))
