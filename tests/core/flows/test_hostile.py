"""Whatever a flow is made of: it is looked at in no time, and refused with a reason where it cannot be kept."""

import time
from typing import Any

import pytest

from aerostic.flows.checking import check
from aerostic.flows.document import Document, DocumentError
from tests.core.flows.nodes import KINDS


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def with_value(value: Any) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": "s", "kind": "test.start"},
            {"id": "a", "kind": "test.set", "config": {"name": "n", "value": value}},
        ]
    }


@pytest.mark.parametrize(
    "value",
    [
        nested(13),
        nested(500),
        [[[[[[[[[[[[[["x"]]]]]]]]]]]]]],
        "a\0b",
        {"a\0b": 1},
        "\ud800",
        10**30,
        float("nan"),
        float("inf"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_cannot_be_kept_as_json_is_refused(value: Any):
    with pytest.raises(DocumentError) as refused:
        Document.of(with_value(value))
    assert refused.value.places == ("nodes.1.config",)


@pytest.mark.parametrize("value", [nested(11), 2**62, "\U0001f600", "\\u0000", 0.5, None, True])
def test_what_can_be_kept_comes_back_as_it_was(value: Any):
    document = Document.of(with_value(value))
    assert Document.read(document.text()) == document


@pytest.mark.parametrize("name", ["title", "at"])
def test_the_rest_of_a_node_is_looked_at_too(name: str):
    given = {"title": "a\0b", "at": {"x": float("inf")}}[name]
    with pytest.raises(DocumentError):
        Document.of({"nodes": [{"id": "s", "kind": "test.start", name: given}]})


@pytest.mark.parametrize("text", [b"[" * 5_000_000, b'{"nodes": ["' + b"x" * 10_000_000 + b'"]}', b" " * 10_000_000])
def test_ten_megabytes_are_refused_at_once(text: bytes):
    began = time.process_time()
    with pytest.raises(DocumentError):
        Document.read(text)
    assert time.process_time() - began < 0.5


def test_the_largest_flow_is_looked_at_in_no_time():
    """A chain of all nodes there may be, which ends in a circle: the longest way round for whoever looks for circles."""
    nodes = [{"id": "s", "kind": "test.start"}]
    nodes += [{"id": f"n{at}", "kind": "test.set", "config": {"name": "n"}} for at in range(499)]
    edges = [{"source": "s", "target": "n0"}, {"source": "n498", "target": "n497"}]
    edges += [{"source": f"n{at}", "target": f"n{at + 1}"} for at in range(498)]
    began = time.process_time()
    found = check(Document.of({"nodes": nodes, "edges": edges}), KINDS)
    assert [(one.code, one.node) for one in found] == [("circle", "n497"), ("circle", "n498")]
    assert time.process_time() - began < 1


def test_two_circles_and_what_joins_them_are_told_and_nothing_else():
    ids = ["a", "b", "c", "d", "e", "f"]
    nodes = [{"id": "s", "kind": "test.start"}]
    nodes += [{"id": id_, "kind": "test.choose", "config": {"value": "x", "ways": ["x"]}} for id_ in ids]
    ways = [
        ("s", "next", "a"),
        ("a", "x", "b"),
        ("b", "x", "a"),
        ("b", "other", "c"),
        ("c", "x", "d"),
        ("d", "x", "e"),
        ("e", "x", "d"),
        ("e", "other", "f"),
    ]
    edges = [{"source": source, "port": port, "target": target} for source, port, target in ways]
    found = check(Document.of({"nodes": nodes, "edges": edges}), KINDS)
    assert [one.node for one in found] == ["a", "b", "c", "d", "e"]
