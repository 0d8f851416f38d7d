"""The engine goes from step to step, and stops where it has to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from aerostic.flows.checking import check
from aerostic.flows.contract import Context, Fail, Wait, Woken
from aerostic.flows.document import Document, DocumentError
from aerostic.flows.engine import Engine, Report
from aerostic.flows.limits import Limits
from aerostic.flows.plan import KindError, Plan
from aerostic.flows.state import State
from tests.core.flows.nodes import KINDS, Try

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
RUN = UUID(int=7)


@pytest.fixture(autouse=True)
def _nothing_was_tried() -> Iterator[None]:
    Try.calls.clear()
    yield


def flow(*nodes: tuple[str, str, dict[str, Any]], edges: str) -> Document:
    """A document of nodes (id, kind, config) and edges as `a>b a.port>b`."""
    lines = []
    for edge in edges.split():
        source, _, target = edge.partition(">")
        node, _, port = source.partition(".")
        lines.append({"source": node, "port": port or "next", "target": target})
    return Document.of({"nodes": [{"id": i, "kind": f"test.{k}", "config": c} for i, k, c in nodes], "edges": lines})


def engine(document: Document, state: State | None = None, limits: Limits | None = None, **values: Any) -> Engine:
    assert [problem for problem in check(document, KINDS) if problem.blocks] == []

    def context(node: str, visit: int) -> Context:
        return Context(RUN, RUN, node, f"{node}:{visit}", NOW, values)

    start = state or State(next(node.id for node in document.nodes if node.kind == "test.start"))
    return Engine(Plan.of(document, KINDS), start, context, values, limits or Limits(), lambda: NOW, NOW)


def performed(run: Engine) -> Report:
    """Go on from a node that changes another system."""
    return run.advance(performed=run.perform())


def path(run: Engine) -> str:
    return " ".join(f"{line.node}:{line.port or line.fate}" for line in run.steps)


GREET = flow(
    ("a", "start", {}),
    ("b", "set", {"name": "who", "value": "{{ contact.name | default('you') }}"}),
    ("c", "choose", {"value": "{{ vars.who }}", "ways": ["Ada"]}),
    ("d", "set", {"name": "n", "value": "{{ 2 * 21 }}"}),
    ("e", "end", {}),
    edges="a>b b>c c.Ada>d d>e",
)


def test_a_run_goes_along_its_edges_and_its_journal_tells_the_path():
    run = engine(GREET, contact={"name": "Ada"})
    report = run.advance()
    assert (report.ending, report.output) == ("ended", {"done": True})
    assert path(run) == "a:next b:next c:Ada d:next e:done"
    assert run.state.vars == {"who": "Ada", "n": 42}
    assert run.steps[1].input == {"name": "who", "value": "Ada"}


def test_a_port_that_leads_nowhere_ends_the_run():
    run = engine(GREET, contact={})
    assert run.advance().ending == "ended"
    assert path(run) == "a:next b:next c:other"


ASK = flow(
    ("a", "start", {}),
    ("b", "ask", {}),
    ("c", "choose", {"value": "{{ vars.answer }}", "ways": ["yes"]}),
    ("e", "end", {}),
    edges="a>b b>c c.yes>e c.other>b",
)


def test_a_waiting_run_goes_on_from_what_was_kept_of_it():
    run = engine(ASK)
    assert run.advance().wait == Wait(event="reply")
    kept = State.of(run.state.kept())
    again = engine(ASK, kept)
    assert again.advance(Woken("reply", {"text": "no"})).ending == "waiting"
    last = engine(ASK, State.of(again.state.kept()))
    assert last.advance(Woken("reply", {"text": "yes"})).ending == "ended"
    assert [path(one) for one in (run, again, last)] == [
        "a:next b:waiting",
        "b:next c:other b:waiting",
        "b:next c:yes e:done",
    ]
    assert [line.seq for one in (run, again, last) for line in one.steps] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_circle_ends_where_it_may_go_around_no_more_even_if_it_waited_meanwhile():
    state = State("a")
    for _ in range(3):
        run = engine(ASK, State.of(state.kept()), Limits(visits=2))
        report = run.advance(Woken("reply", {"text": "no"}))
        state = run.state
    assert (report.ending, report.reason[0], run.steps[-1].node) == ("stopped", "visits", "b")


def test_what_changes_another_system_is_noted_before_it_begins():
    document = flow(("a", "start", {}), ("t", "try", {}), edges="a>t")
    run = engine(document)
    assert (run.advance().ending, Try.calls) == ("outside", [])
    again = engine(document, State.of(run.state.kept()))
    assert (again.advance(performed=again.perform()).ending, Try.calls) == ("ended", ["t:1"])


def test_a_failure_that_may_pass_is_tried_again_later_with_the_same_key_and_longer_pauses():
    document = flow(("a", "start", {}), ("t", "try", {"fails": 2}), edges="a>t")
    state, pauses = State("t"), []
    while (report := performed(run := engine(document, state))).ending == "waiting":
        pauses.append(report.wait.until - NOW)
        state = State.of(run.state.kept())
    assert (report.ending, Try.calls) == ("ended", ["t:1"] * 3)
    assert pauses == [timedelta(seconds=5), timedelta(seconds=10)]


def test_how_often_and_how_long_a_node_is_tried_may_depend_on_its_configuration_and_on_what_it_was_told(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(Try, "patience", lambda _self, config: (config.fails, 1.0))
    told = iter([0.0, 60.0, 7_200.0, 0.0])
    monkeypatch.setattr(Try, "run", lambda *_arguments: Fail("down", "It is down.", again=True, after=next(told)))
    document = flow(("a", "start", {}), ("t", "try", {"fails": 3}), edges="a>t")
    state, pauses = State("t"), []
    while (report := performed(run := engine(document, state))).ending == "waiting":
        pauses.append(report.wait.until - NOW)
        state = State.of(run.state.kept())
    assert (report.ending, pauses) == ("failed", [timedelta(seconds=one) for one in (1, 60, 3_600)])


@pytest.mark.parametrize(("how", "code"), [("fail", "down"), ("raise", "broken")])
def test_a_failure_goes_through_the_error_port_where_an_edge_leaves_it(how: str, code: str):
    nodes = ("a", "start", {}), ("t", "try", {"fails": 9, "how": how}), ("e", "end", {})
    report = performed(engine(flow(*nodes, edges="a>t"), State("t")))
    assert (report.ending, report.reason[0]) == ("failed", code)
    run = engine(flow(*nodes, edges="a>t t.error>e"), State("t"))
    assert performed(run).ending == "ended"
    assert (path(run), run.state.steps["t"]) == ("t:error e:done", {"error": code})


def test_an_expression_that_cannot_be_worked_out_fails_its_node_only():
    document = flow(("a", "start", {}), ("b", "set", {"name": "n", "value": "{{ contact.name / 2 }}"}), edges="a>b")
    run = engine(document, contact={"name": "Ada"})
    assert run.advance().reason[0] == "expression"
    assert run.state.node == "b"


def test_a_plan_needs_all_its_kinds():
    with pytest.raises(KindError):
        Plan.of(GREET, {kind: node for kind, node in KINDS.items() if kind != "test.choose"})


def test_a_document_exported_and_imported_is_the_same():
    assert Document.read(GREET.text()) == GREET
    assert Document.read(GREET.text()).text() == GREET.text()


@pytest.mark.parametrize(("retries", "calls"), [(None, 3), (0, 1), (4, 5)])
def test_a_node_may_say_how_often_it_is_tried_again(retries: int | None, calls: int):
    found = flow(("a", "start", {}), ("t", "try", {"fails": 99}), ("e", "end", {}), edges="a>t t.error>e").kept()
    found["nodes"][1] |= {} if retries is None else {"retries": retries}
    run = engine(Document.of(found), State("t"))
    while (report := performed(run)).ending == "waiting":
        pass
    assert (report.ending, len(Try.calls)) == ("ended", calls)


def test_nobody_may_ask_for_retries_without_end():
    node = {"id": "t", "kind": "test.try", "retries": 11}
    with pytest.raises(DocumentError) as refused:
        Document.of({"nodes": [node]})
    assert refused.value.places == ("nodes.0.retries",)


def test_a_node_that_is_off_is_passed_by():
    document = flow(
        ("s", "start", {}), ("a", "set", {"name": "n", "value": 1}), ("b", "set", {"name": "m"}), edges="s>a a>b"
    )
    off = [node.model_copy(update={"off": node.id == "a"}) for node in document.nodes]
    report = engine(document.model_copy(update={"nodes": off})).advance()
    assert [step.node for step in report.steps] == ["s", "b"]
