"""Whatever graph the rules let through can be run, keeps to its edges, and ends; and it is the same after a journey as JSON."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from aerostic.flows.checking import check
from aerostic.flows.contract import Woken
from aerostic.flows.document import Document
from aerostic.flows.engine import Report
from aerostic.flows.limits import Limits
from aerostic.flows.plan import Plan
from aerostic.flows.state import Done, State
from tests.core.flows.nodes import KINDS, Try
from tests.core.flows.test_engine import engine, performed

LIMITS = Limits(steps=100, visits=6)
EXPRESSIONS = st.sampled_from(
    [
        "plain",
        "{{ vars.n | default(0) + 1 }}",
        "{{ vars.answer }}",
        "{{ steps.n0.text }}",
        "{{ contact.name / 2 }}",
        "{{ message }}",
        "{{ vars.n * 1000000 }}",
        "{{ 1 +",
        "{{ missing.deeply.so | default('x') }}",
    ]
)
TRYING = st.fixed_dictionaries({"fails": st.integers(0, 3), "how": st.sampled_from(["fail", "again", "raise"])})
CONFIGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "start": st.just({}),
    "heard": st.just({}),
    "set": st.fixed_dictionaries({"name": st.sampled_from(["n", "answer"]), "value": EXPRESSIONS}),
    "choose": st.fixed_dictionaries(
        {"value": EXPRESSIONS, "ways": st.lists(st.sampled_from(["1", "2", "x"]), unique=True)}
    ),
    "ask": st.fixed_dictionaries({"seconds": st.integers(0, 9)}),
    "sleep": st.just({}),
    "try": TRYING,
    "try_twice": TRYING,
    "mark": TRYING,
    "sub": st.just({"flow": str(UUID(int=1))}),
    "end": st.sampled_from([{}, {}, {}, {"unknown": 1}]),
    "gone": st.just({}),
}
USUAL = [name for name in CONFIGS if name not in ("start", "heard", "gone")]
KIND = st.one_of(st.sampled_from(USUAL), st.sampled_from(USUAL), st.sampled_from(USUAL), st.sampled_from([*CONFIGS]))
WAKING = st.lists(st.sampled_from(["reply", "time"]), min_size=1, max_size=5)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Mostly sound ones: a trigger, nodes of any kind, an edge from most ports; now and then something is off."""
    kinds = [draw(st.sampled_from(["start"] * 5 + ["set"])), *draw(st.lists(KIND, min_size=1, max_size=7))]
    ids = [f"n{i}" for i in range(len(kinds))]
    if draw(st.integers(0, 19)) == 0:
        ids[-1] = draw(st.sampled_from(ids))
    nodes = [{"id": i, "kind": f"test.{k}", "config": draw(CONFIGS[k])} for i, k in zip(ids, kinds, strict=True)]
    edges = []
    for i, node in enumerate(nodes):
        onward, back = st.sampled_from([*ids[i + 1 :], ""]), st.sampled_from([*ids, "nowhere"])
        ports = _ports(node) + draw(st.sampled_from([[]] * 18 + [["next"], ["wrong"]]))
        for port in ports:
            if target := draw(st.one_of(*[onward] * 5, back)):
                edges.append({"source": node["id"], "port": port, "target": target})
    return Document.of({"nodes": nodes, "edges": edges})


def _ports(node: dict[str, Any]) -> list[str]:
    kind = node["kind"].removeprefix("test.")
    if kind == "choose":
        return [*node["config"]["ways"], "other"]
    return {"end": [], "try": ["next", "error"], "try_twice": ["next", "error"], "mark": ["next", "error"]}.get(
        kind, ["next"]
    )


@how(max_examples=400)
@given(documents(), WAKING)
def test_what_the_rules_let_through_runs_along_its_edges_and_ends(document: Document, waking: list[str]):
    if any(problem.blocks for problem in check(document, KINDS)):
        return
    plan = Plan.of(document, KINDS)
    assert [*plan.steps] == [node.id for node in document.nodes]
    assert {(e.source, e.port, e.target) for e in document.edges} == {
        (step.id, port, target) for step in plan.steps.values() for port, target in step.ways.items()
    }
    assert len(document.edges) == sum(len(step.ways) for step in plan.steps.values())
    for step in plan.steps.values():
        assert set(step.ways) <= {port.name for port in step.node.ports(step.config.model)}
    (start, *_) = [step.id for step in plan.steps.values() if step.node.starts]
    steps, last = _driven(document, start, waking)
    assert last.ending in ("ended", "failed", "stopped")
    assert len(steps) <= LIMITS.steps + 1
    assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
    assert start not in [step.node for step in steps[1:]]
    for step, following in pairwise(steps):
        onward = plan.steps[step.node].ways[step.port] if step.fate in ("done", "failed") else step.node
        assert following.node == onward
    _no_circle_without_a_wait(plan, steps)


@given(documents())
def test_a_document_is_the_same_after_a_journey(document: Document):
    again = Document.read(document.text())
    assert (again, again.text()) == (document, document.text())


def _driven(document: Document, start: str, waking: list[str]) -> tuple[list[Done], Report]:
    """A run to its end, kept and opened again between any two stretches."""
    Try.calls.clear()
    state, report, steps = State(start), None, []
    for turn in range(10 * LIMITS.steps):
        run = engine(document, State.of(state.kept()), LIMITS, contact={"name": "Ada"}, message={"text": "1"})
        if report and report.ending == "outside":
            report = performed(run)
        else:
            report = run.advance(_woken(report, waking[turn % len(waking)], state))
        state = run.state
        steps += run.steps
        if report.ending in ("ended", "failed", "stopped"):
            break
    assert report is not None
    return steps, report


def _woken(report: Report | None, event: str, state: State) -> Woken | None:
    if not state.resuming or report is None:
        return None
    if report.ending == "calling":
        return Woken("flow" if event == "reply" else "failed", {"done": True})
    return Woken(event, {"text": "1"} if event == "reply" else {})


def _no_circle_without_a_wait(plan: Plan, steps: list[Done]) -> None:
    """Between two waits for something outside no node is come to twice; tries of one are the same visit."""
    seen: set[str] = set()
    for step in steps:
        if plan.steps[step.node].node.waits:
            seen.clear()
        elif step.fate in ("done", "failed"):
            assert step.node not in seen, step
            seen.add(step.node)
