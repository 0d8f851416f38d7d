"""Kinds of nodes as plain data, for whoever draws forms of them: words in a language, ports, and a JSON schema of each form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aerostic.flows.configs import read
from aerostic.flows.contract import FlowNode, Port
from aerostic.flows.plan import Kinds

Translate = Callable[[str], str]
# Of a schema, what people read.
WORDS = ("title", "description")
# Of a schema, what goes by names that are not its own, and values that are given as they are.
BY_NAME, GIVEN = ("properties", "$defs"), ("default", "examples", "enum", "const")


def describe(kinds: Kinds, translate: Translate) -> list[dict[str, Any]]:
    """Each kind: `kind`, `title`, `help`, `icon`, `category`, `effect`, `starts`, `waits`; `form`, a JSON schema; `example`, a
    configuration; and `ports`, those of the example. By category and title.

    In a schema, `labels` has the words for each value that may be chosen, `expressions` is `raw` where none are worked out, and
    `maxLength` is of what comes out of them.

    Args:
        translate: gives a marked text in the language of whoever reads it.
    """
    told = [_kind(node, translate) for node in kinds.values()]
    return sorted(told, key=lambda one: (one["category"], one["title"]))


def ports(node: FlowNode[Any], config: Mapping[str, Any], translate: Translate) -> list[dict[str, str]]:
    """The ways out of a node that has no problems."""
    return [_port(one, translate) for one in node.ports(read(node, config).model)]


def form(node: FlowNode[Any], translate: Translate) -> dict[str, Any]:
    """The JSON schema of a node's form, its words in a language. Models within it stand under `$defs`."""
    schema: dict[str, Any] = _told(node.Config.model_json_schema(), translate)
    for within in schema.get("$defs", {}).values():  # of a class in the code, nothing that people read
        within.pop("title", None)
        within.pop("description", None)
    return {**schema, "title": _words(node.title, translate), "description": _words(node.help, translate)}


def _kind(node: FlowNode[Any], translate: Translate) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "title": _words(node.title, translate),
        "help": _words(node.help, translate),
        "icon": node.icon,
        "category": _words(node.category, translate),
        "effect": node.effect.value,
        "starts": node.starts,
        "waits": node.waits,
        "form": form(node, translate),
        "example": dict(node.example),
        "ports": ports(node, node.example, translate),
    }


def _port(port: Port, translate: Translate) -> dict[str, str]:
    return {"name": port.name, "title": _words(port.title, translate)}


def _words(text: str, translate: Translate) -> str:
    return translate(text) if text else ""


def _told(schema: Any, translate: Translate) -> Any:
    if isinstance(schema, Mapping):
        return {name: _part(name, value, translate) for name, value in schema.items()}
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [_told(one, translate) for one in schema]
    return schema


def _part(name: str, value: Any, translate: Translate) -> Any:
    if name in WORDS and isinstance(value, str):
        return _words(value, translate)
    if name == "labels":
        return {key: _words(label, translate) for key, label in value.items()}
    if name in BY_NAME:
        return {key: _told(one, translate) for key, one in value.items()}
    return value if name in GIVEN else _told(value, translate)
