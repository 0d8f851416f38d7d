"""A flow without the nodes that are switched off: runs, rules and triggers see what is left, the canvas sees all of it."""

from collections.abc import Mapping

from aerostic.flows.document import Document, Edge


def live(document: Document) -> Document:
    """The flow as it is run: ways into a node that is off lead to where that goes on first, or end where it leads nowhere."""
    off = {node.id for node in document.nodes if node.off}
    if not off:
        return document
    onward = _onward(document, off)
    nodes = [node for node in document.nodes if node.id not in off]
    edges = [found for edge in document.edges if edge.source not in off and (found := _led(edge, onward, off))]
    return document.model_copy(update={"nodes": nodes, "edges": edges})


def _onward(document: Document, off: set[str]) -> Mapping[str, str]:
    """Where each node that is off goes on: by `next`, else by the way that was drawn first."""
    found: dict[str, str] = {}
    for edge in document.edges:
        if edge.source in off and (edge.source not in found or edge.port == "next"):
            found[edge.source] = edge.target
    return found


def _led(edge: Edge, onward: Mapping[str, str], off: set[str]) -> Edge | None:
    """A way that ends at a node that is on; None where the run ends instead, or goes around among nodes that are off."""
    target, seen = edge.target, set[str]()
    while target in off:
        if target in seen or target not in onward:
            return None
        seen.add(target)
        target = onward[target]
    return edge if target == edge.target else edge.model_copy(update={"target": target})
