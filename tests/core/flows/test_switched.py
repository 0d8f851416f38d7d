"""Nodes that are switched off: passed by, by runs and by the rules."""

from typing import Any

import pytest

from aerostic.flows.checking import check
from aerostic.flows.document import Document
from aerostic.flows.switched import live
from tests.core.flows.nodes import KINDS

START = {"id": "s", "kind": "test.start"}


def step(name: str, *, off: bool = False, **config: Any) -> dict[str, Any]:
    return {"id": name, "kind": "test.set", "config": config or {"name": name}, "off": off}


def drawn(*nodes: dict[str, Any], edges: str) -> Document:
    lines = []
    for edge in edges.split():
        source, _, target = edge.partition(">")
        node, _, port = source.partition(".")
        lines.append({"source": node, "port": port or "next", "target": target})
    return Document.of({"nodes": list(nodes), "edges": lines})


def ways(document: Document) -> str:
    return " ".join(f"{edge.source}.{edge.port}>{edge.target}" for edge in live(document).edges)


@pytest.mark.parametrize(
    ("edges", "left"),
    [
        ("s>a a>b", "s.next>b"),
        ("s>a a.no>b", "s.next>b"),
        ("s>a a.no>s2 a>b", "s.next>b"),
        ("s>a", ""),
        ("s>a a>a", ""),
        ("s>b b>a", "s.next>b"),
        ("s.x>a s.y>a a>b", "s.x>b s.y>b"),
    ],
)
def test_what_leads_to_it_goes_on_where_it_would(edges: str, left: str) -> None:
    document = drawn(START, step("a", off=True), step("b"), step("s2"), edges=edges)
    assert ways(document) == left
    assert [node.id for node in live(document).nodes] == ["s", "b", "s2"]


def test_several_in_a_row_are_passed_by_and_a_circle_of_them_ends_the_run() -> None:
    off = [step(name, off=True) for name in "ab"]
    assert ways(drawn(START, *off, step("c"), edges="s>a a>b b>c")) == "s.next>c"
    assert ways(drawn(START, *off, edges="s>a a>b b>a")) == ""


def test_what_is_wrong_with_it_keeps_nothing_from_being_published() -> None:
    bad = {"id": "a", "kind": "gone.away", "off": True}
    assert check(drawn(START, bad, step("b"), edges="s>a a>b"), KINDS) == []


def test_a_trigger_that_is_off_starts_nothing() -> None:
    found = check(drawn({**START, "off": True}, step("b"), edges="s>b"), KINDS)
    assert [problem.code for problem in found] == ["start"]


def test_a_flow_in_which_nothing_is_off_is_the_same_one() -> None:
    document = drawn(START, step("b"), edges="s>b")
    assert live(document) is document
    assert "off" not in document.text().decode()
