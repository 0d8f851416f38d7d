"""A flow as the builder draws it: kinds with their forms, the ways out of each node, and what is wrong."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from sqlalchemy.orm import Session

from aerostic.sdk.automation import Document, Kinds, Problem, config_problems, describe, described_ports
from aerostic.sdk.flows import Offer

Json = dict[str, Any]


def packed(given: Json) -> Markup:
    """What a page gives to its island, safe within it. Fields stay in the order in which their forms have them."""
    return htmlsafe_json_dumps(given, dumps=json.dumps, ensure_ascii=False)


def translate(text: str) -> str:
    """What a plugin or a person has called something, in the reader's language where it can be. Unlike `_()` of templates, it
    takes a `%` as it is.
    """
    return str(_(text)) if text else ""


def registry(session: Session, tenant_id: UUID, kinds: Kinds) -> list[Json]:
    """The kinds of nodes, as the palette and the forms show them, with what of the workspace their fields can name."""
    told = describe(kinds, translate)
    return [one | {"offers": _offers(kinds[one["kind"]].offers(session, tenant_id))} for one in told]


def _offers(offers: Mapping[str, Sequence[Offer]]) -> Json:
    return {field: [{"title": one.title, "config": dict(one.config)} for one in some] for field, some in offers.items()}


def ways_out(document: Document, kinds: Kinds) -> dict[str, list[dict[str, str]]]:
    """The ports of each node by its id; nodes whose configuration cannot be read yet are left out."""
    found = {}
    for node in document.nodes:
        kind = kinds.get(node.kind)
        if kind and not any(True for _problem in config_problems(kind, node.config)):
            found[node.id] = described_ports(kind, node.config, translate)
    return found


def troubles(problems: Iterable[Problem]) -> list[Json]:
    """What is wrong, in the reader's language."""
    return [
        {"code": one.code, "text": translate(one.text), "node": one.node, "field": one.field, "blocks": one.blocks}
        for one in problems
    ]
