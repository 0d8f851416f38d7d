"""Steps of flows: named and explained, their forms complete, and true to what they say that they change."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from inspect import getsource
from pathlib import Path
from sys import modules
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel, ValidationError

import aerostic.web
from aerostic.db import new_id
from aerostic.flows.configs import problems, read
from aerostic.flows.contract import ERROR, Context, Effect, Fail, FlowNode, Go, Outcome, Wait
from aerostic.flows.describing import describe
from aerostic.flows.expressions import ExpressionError
from aerostic.streams import catalogue
from aerostic.testing.contract.test_names import declared

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
# What flows see of an event beside its own data.
SHOWN = ("tag", "source_id")
PORT = re.compile(r"[A-Za-z0-9_-]{1,40}")
# What a run about somebody who has just written looks like.
VALUES: dict[str, Any] = {
    "contact": {
        "id": str(UUID(int=2)), "name": "Ada Lovelace", "first_name": "Ada", "last_name": "Lovelace", "phone": "+16505551234",
        "email": "ada@example.org", "language": "en", "country": "US", "zone": "America/Los_Angeles", "marketing": "granted",
        "tags": ["vip"], "fields": {},
    },
    "message": {"id": str(UUID(int=3)), "kind": "text", "text": "hello", "choice": "", "first": False},
    "workspace": {"name": "Shop", "zone": "UTC", "country": "US", "currency": "USD"},
    "trigger": {},
    "vars": {"day": "2026-12-24"},
    "steps": {},
}  # fmt: skip


def nodes(plugin: str) -> list[FlowNode[Any]]:
    """The kinds that a plugin brings."""
    return declared("register_flow_nodes", plugin)


def context(node: FlowNode[Any], values: dict[str, Any] = VALUES) -> Context:
    """Of a step without a database."""
    return Context(
        UUID(int=1), UUID(int=4), "step", "flow:run:step:1", NOW, values, new_id() if node.starts else UUID(int=2)
    )


@lru_cache(1)
def icons() -> frozenset[str]:
    """The names of the icons that pages have; empty where the pages' files have not been built."""
    built = Path(aerostic.web.__path__[0]).glob("static/dist/assets/icons*.svg")
    return frozenset(name for file in built for name in re.findall(r'<symbol id="([^"]+)"', file.read_text()))


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a form with its path, also of the models within it."""
    for name, field in model.model_fields.items():
        yield f"{path}{name}", field
        for within in models(field.annotation):
            yield from fields(within, f"{path}{name}.")


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def test_its_steps_are_named_and_explained(installed_plugin: str) -> None:
    kinds = [node.kind for node in nodes(installed_plugin)]
    assert [kind for kind in kinds if not re.fullmatch(rf"{installed_plugin}\.[a-z0-9_]{{1,40}}", kind)] == []
    assert len(set(kinds)) == len(kinds)
    for node in nodes(installed_plugin):
        assert node.title and node.category, f"{node.kind} needs a title and a category"
        assert node.help.endswith("."), f"the help of {node.kind} is a sentence"
        assert not icons() or node.icon in icons(), f"{node.kind} has an icon that pages do not have: {node.icon}"


def test_the_forms_of_its_steps_are_complete(installed_plugin: str) -> None:
    for node in nodes(installed_plugin):
        for model in {node.Config, *(one for _, field in fields(node.Config) for one in models(field.annotation))}:
            assert model.model_config.get("extra") == "forbid", (
                f"{node.kind}: {model.__name__} takes what it does not know"
            )
        assert [name for name, field in fields(node.Config) if not field.title] == [], (
            f"{node.kind}: fields without a title"
        )


def test_its_steps_can_be_described_and_have_an_example_without_problems(installed_plugin: str) -> None:
    for node in nodes(installed_plugin):
        assert list(problems(node, node.example)) == [], node.kind
        (told,) = describe({node.kind: node}, str)
        names = [port["name"] for port in told["ports"]]
        assert len(set(names)) == len(names) and all(map(PORT.fullmatch, names)), node.kind
        # Whatever else is written: it is a problem, never an exception.
        for written in ({}, {"no such field": 1}, dict.fromkeys(node.Config.model_fields, "{{ x.")):
            list(problems(node, written))


def test_its_triggers_hear_events_that_exist_and_say_what_they_want(installed_plugin: str) -> None:
    known = {kind.name: kind for kind in catalogue.all_types()}
    for node in nodes(installed_plugin):
        assert set(node.listens) <= set(known), node.kind
        assert node.starts or not node.listens, f"{node.kind} listens, and so has to start"
        for event in node.listens:
            values = {**VALUES, "trigger": dict.fromkeys((*known[event].data, *SHOWN), "x")}
            assert isinstance(node.wants(values, read(node, node.example).model), bool), node.kind


def test_its_steps_change_no_more_than_they_say(installed_plugin: str) -> None:
    """What has the effect NONE gives the same twice; what has INSIDE does without a session, as in a replay, no harm."""
    for node in nodes(installed_plugin):
        if node.effect is Effect.OUTSIDE:
            again = node.repeatable(read(node, node.example).model)
            assert again or ".key" in getsource(modules[type(node).__module__]), f"{node.kind} gives its key to nobody"
            continue
        first, second = run(node), run(node)
        assert isinstance(first, Outcome), node.kind
        assert first == second, f"{node.kind} is not the same twice"
        if isinstance(first, Go):
            assert first.port in {port.name for port in node.ports(read(node, node.example).model)}, node.kind


def test_its_steps_that_wait_do(installed_plugin: str) -> None:
    for node in nodes(installed_plugin):
        if node.waits and node.effect is Effect.NONE:
            assert isinstance(run(node), Wait), f"{node.kind} says that it waits"


def test_its_steps_fail_in_words(installed_plugin: str) -> None:
    """With nothing to work with, a step goes on or fails with a reason; it does not break."""
    for node in nodes(installed_plugin):
        if node.effect is not Effect.OUTSIDE:
            outcome = run(node, {name: {} for name in VALUES})
            assert not isinstance(outcome, Fail) or (outcome.code and outcome.reason), node.kind
            assert ERROR.name not in {getattr(outcome, "port", "")}, (
                f"{node.kind} fails with Fail, not through the port"
            )


def run(node: FlowNode[Any], values: dict[str, Any] = VALUES) -> Outcome:
    """What comes of the example."""
    try:
        given = read(node, node.example).with_values(values)
    except (ExpressionError, ValidationError):
        return Fail("expression", "Nothing to work with.")
    return node.run(context(node, values), given)
