"""Completion: the names that an expression of a node can use, each with an example that tells its type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.flows.configs import problems, read
from aerostic.flows.contract import FlowNode, Given
from aerostic.flows.document import Document, Node
from aerostic.flows.plan import Kinds
from aerostic.messaging.contacts.fields import field_names
from aerostic.streams.catalogue import get as event_type

ID = "0198a1c2-0000-7000-8000-000000000000"
CONTACT: Mapping[str, Any] = {
    "id": ID,
    "name": "Ada Lovelace",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "phone": "+16505550100",
    "email": "ada@example.com",
    "language": "en",
    "country": "US",
    "marketing": "granted",
    "tags": ["vip"],
}
MESSAGE: Mapping[str, Any] = {"id": ID, "kind": "text", "text": "Hello", "choice": "", "first": False}
TYPES = {bool: "yes or no", int: "number", float: "number", list: "list", dict: "object"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that an expression can use.

    Args:
        name: `contact.first_name`.
        example: a value as it may have; '' where nothing is known of it.
    """

    name: str
    example: Any = ""

    @property
    def type(self) -> str:
        """`text`, `number`, `yes or no`, `list` or `object`."""
        return TYPES.get(type(self.example), "text")


def suggest(document: Document, node_id: str, kinds: Kinds, session: Session, tenant_id: UUID) -> list[Suggestion]:
    """What the expressions of a node can use: the contact with the workspace's own fields, the message, what the triggers tell
    that lead to the node, and what the nodes on the way leave behind. Nodes that are not filled in yet are passed over.
    """
    fields = dict.fromkeys(filter(_plain, field_names(session, tenant_id)), "")
    found = [*_named("contact", {**fields, **CONTACT}), *_named("contact.fields", fields), *_named("message", MESSAGE)]
    for node, kind, given in _before(document, node_id, kinds):
        found += _named("trigger", {**_told(kind), **given.trigger} if kind.starts else {})
        found += [*_named("vars", given.values), *_named(f"steps.{node.id}", given.output)]
    return list({one.name: one for one in found}.values())


def examples(suggestions: Iterable[Suggestion]) -> dict[str, Any]:
    """The examples as values of expressions, for previews."""
    values: dict[str, Any] = {}
    for one in suggestions:
        *path, last = one.name.split(".")
        at = values
        for part in path:
            at = at.setdefault(part, {})
        at.setdefault(last, one.example)
    return values


def _named(of: str, values: Mapping[str, Any]) -> list[Suggestion]:
    return [Suggestion(f"{of}.{name}", example) for name, example in values.items()]


def _plain(name: str) -> bool:
    """Whether a field can be asked for by its name alone."""
    return name.isidentifier() and not name.startswith("_")


def _told(kind: FlowNode[Any]) -> dict[str, Any]:
    """What the events say that a trigger listens to."""
    return {name: "" for listened in kind.listens for name in event_type(listened).data}


def _before(document: Document, node_id: str, kinds: Kinds) -> Iterator[tuple[Node, FlowNode[Any], Given]]:
    """The nodes that lead to one, in the order of the document, with what they leave behind."""
    leads: dict[str, set[str]] = {}
    for edge in document.edges:
        leads.setdefault(edge.target, set()).add(edge.source)
    seen, ahead = set[str](), [*leads.get(node_id, ())]
    while ahead:
        at = ahead.pop()
        if at not in seen:
            seen.add(at)
            ahead += leads.get(at, ())
    for node in document.nodes:
        kind = kinds.get(node.kind)
        if node.id in seen and kind and not node.off and not any(True for _ in problems(kind, node.config)):
            yield node, kind, kind.gives(read(kind, node.config).model)
