"""A flow made ready to run, once for all its runs: nodes with their classes and configurations, and where each port leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aerostic.flows.configs import Written, read
from aerostic.flows.contract import FlowNode
from aerostic.flows.document import Document

Kinds = Mapping[str, FlowNode[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A node in its place.

    Args:
        ways: the ports that an edge leaves, each with the id of the node it leads to.
        retries: how often a failure that may pass is tried again.
    """

    id: str
    node: FlowNode[Any]
    config: Written
    ways: Mapping[str, str]
    retries: int


class KindError(LookupError):
    """A kind of node is not there: its plugin is switched off, or not installed."""

    def __init__(self, kind: str, node: str) -> None:
        super().__init__(kind)
        self.kind, self.node = kind, node


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes by their ids."""

    steps: Mapping[str, Step]

    @classmethod
    def of(cls, document: Document, kinds: Kinds) -> "Plan":
        """Make a document ready that has no problems that block.

        Raises:
            KindError: one of its nodes is of a kind that is not there any more.
        """
        ways: dict[str, dict[str, str]] = {node.id: {} for node in document.nodes}
        for edge in document.edges:
            ways[edge.source][edge.port] = edge.target
        steps = {}
        for node in document.nodes:
            kind = kinds.get(node.kind)
            if kind is None:
                raise KindError(node.kind, node.id)
            retries = kind.retries if node.retries is None else node.retries
            steps[node.id] = Step(node.id, kind, read(kind, node.config), ways[node.id], retries)
        return cls(steps)
