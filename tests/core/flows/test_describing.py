"""Kinds of nodes as whoever draws forms of them sees them: every word in a language, every choice with one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from aerostic.flows.describing import describe
from aerostic.registry import runtime
from tests.test_texts import said

OWN = ("http", "logic", "messages")
NAMES = {"CSV", "XML", "JSON", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


def kinds(*plugins: str) -> dict[str, Any]:
    made = runtime().registry.declared("register_flow_nodes")
    return {item.value.kind: item.value for item in made if not plugins or item.plugin in plugins}


def shout(text: str) -> str:
    return text.upper()


def told(app: Flask, kind: str) -> dict[str, Any]:
    return next(one for one in describe(kinds(), shout) if one["kind"] == kind)


def test_a_kind_is_told_with_its_form_ports_and_words(app: Flask):
    wait = told(app, "logic.wait")
    form = wait.pop("form")
    assert wait == {
        "kind": "logic.wait",
        "title": "WAIT",
        "help": "GOES ON AFTER A WHILE. NOTHING IS KEPT BUSY MEANWHILE.",
        "icon": "clock",
        "category": "WAIT",
        "effect": "none",
        "starts": False,
        "waits": True,
        "example": {},
        "ports": [{"name": "next", "title": ""}],
    }
    assert form == {
        "title": "WAIT",
        "description": "GOES ON AFTER A WHILE. NOTHING IS KEPT BUSY MEANWHILE.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "amount": {"title": "HOW LONG", "type": "integer", "default": 1, "minimum": 1, "maximum": 525_600},
            "unit": {
                "title": "UNIT",
                "type": "string",
                "default": "hours",
                "enum": ["minutes", "hours", "days"],
                "labels": {"minutes": "MINUTES", "hours": "HOURS", "days": "DAYS"},
            },
        },
    }


def test_fields_that_are_called_as_the_words_of_a_schema_are_fields(app: Flask):
    row = told(app, "messages.list")["form"]["$defs"]["Row"]
    assert set(row["properties"]) == {"title", "id", "description", "section"}
    assert row["properties"]["title"] == {
        "title": "WORDS OF THE LINE",
        "type": "string",
        "minLength": 1,
        "maxLength": 24,
    }
    assert "description" not in row


def test_ports_follow_the_example(app: Flask):
    assert told(app, "logic.switch")["ports"] == [
        {"name": "buy", "title": "BUY, ORDER"},
        {"name": "other", "title": "ANYTHING ELSE"},
    ]


@pytest.mark.parametrize("plugin", OWN)
def test_every_word_of_ours_is_marked_for_translation(app: Flask, plugin: str):
    missing = {
        word
        for node in kinds(plugin).values()
        for one in describe({node.kind: node}, str)
        for word in words({**one, "ports": [] if node.kind in ("logic.switch", "logic.split") else one["ports"]})
    }
    assert missing - said() - NAMES == set()


@pytest.mark.parametrize("plugin", OWN)
def test_every_choice_has_a_word(app: Flask, plugin: str):
    for node in kinds(plugin).values():
        (one,) = describe({node.kind: node}, str)
        for field in choices(one["form"]):
            assert set(field.get("labels", ())) == set(map(str, field["enum"])), (node.kind, field)


def words(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        for one in told:
            yield from words(one)
    elif isinstance(told, dict):
        for name, value in told.items():
            if name in ("title", "help", "category", "description") and isinstance(value, str):
                yield from filter(None, [value])
            elif name == "labels":
                yield from value.values()
            elif name not in ("example", "default"):
                yield from words(value)


def choices(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for one in schema:
            yield from choices(one)
    elif isinstance(schema, dict):
        if "enum" in schema:
            yield schema
        for name, value in schema.items():
            yield from choices(value) if name != "propertyNames" else ()


def test_the_table_in_the_docs_tells_each_step_as_it_is(app: Flask):
    page = (Path(__file__).parents[3] / "docs" / "flows.md").read_text()
    for one in describe(kinds(*OWN), str):
        ways = ", ".join(f"`{port['name']}`" for port in one["ports"]) or "-"
        assert f"| `{one['kind']}` | {one['help']} | {ways} |" in page.splitlines(), one["kind"]
