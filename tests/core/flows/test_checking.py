"""The rules for flows: each thing that is off is named, at its node."""

from typing import Any

import pytest

from aerostic.flows.checking import check
from aerostic.flows.document import MOST_NODES, Document, DocumentError
from tests.core.flows.nodes import KINDS

START = {"id": "s", "kind": "test.start"}
SET = {"id": "a", "kind": "test.set", "config": {"name": "n"}}
ASK = {"id": "q", "kind": "test.ask"}


def edge(source: str, target: str, port: str = "next") -> dict[str, str]:
    return {"source": source, "target": target, "port": port}


def found(nodes: list[dict[str, Any]], edges: list[dict[str, str]] = ()) -> list[tuple[str, str, bool]]:
    problems = check(Document.of({"nodes": nodes, "edges": list(edges)}), KINDS)
    assert all(problem.text for problem in problems)
    return [(problem.code, problem.node, problem.blocks) for problem in problems]


def test_a_flow_that_can_be_run_has_no_problems():
    assert found([START, SET], [edge("s", "a")]) == []


@pytest.mark.parametrize(
    ("nodes", "edges", "problem"),
    [
        ([SET], [], ("start", "", True)),
        ([START, SET, SET], [edge("s", "a")], ("twice", "a", True)),
        ([START, {"id": "x", "kind": "gone.node"}], [edge("s", "x")], ("kind", "x", True)),
        ([START, SET], [edge("s", "a"), edge("a", "nowhere")], ("edge", "a", True)),
        ([START, SET], [edge("s", "a"), edge("a", "s")], ("into_start", "s", True)),
        ([START, SET], [edge("s", "a"), edge("s", "a")], ("ways", "s", True)),
        ([START, SET], [edge("s", "a", "left")], ("port", "s", True)),
        ([START, SET], [edge("s", "a"), edge("a", "a")], ("circle", "a", True)),
        ([START, SET], [], ("never", "a", False)),
        ([START, {**SET, "config": {}}], [edge("s", "a")], ("empty", "a", True)),
        ([START, {**SET, "config": {"name": "n", "more": 1}}], [edge("s", "a")], ("unknown", "a", True)),
        ([START, {**SET, "config": {"name": "{{ x."}}], [edge("s", "a")], ("expression", "a", True)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_thing_that_is_off_is_named_at_its_node(nodes, edges, problem):
    assert found(nodes, edges) == [problem]


def test_a_circle_that_waits_is_none():
    assert found([START, SET, ASK], [edge("s", "a"), edge("a", "q"), edge("q", "a")]) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": 2}',
        b'{"format": "1"}',
        b'{"nodes": [{"id": "../x", "kind": "a.b"}]}',
        b'{"nodes": [{"id": "x", "kind": "<script>"}]}',
        b'{"surprise": 1}',
        b" " * 1_000_001,
        b'{"nodes": [' + b",".join(b'{"id": "n%d", "kind": "a.b"}' % i for i in range(MOST_NODES + 1)) + b"]}",
        b'{"nodes": ' * 5_000,
    ],
    ids=lambda text: str(len(text)),
)
def test_what_is_no_flow_is_refused_with_a_reason(text: bytes):
    with pytest.raises(DocumentError):
        Document.read(text)
