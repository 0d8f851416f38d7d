"""A run that failed goes on where a person says so, and does nothing twice that was done."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from aerostic.audit.sealing import seal_pending
from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.runs.dead import Wanted, dead_letters
from aerostic.flows.runs.deciding import Many, RefusedError, cancel, retry, retry_many, undecided
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.waking import wake_due
from tests.core.flows.nodes import KINDS, Try
from tests.core.flows.test_engine import flow
from tests.core.flows.test_runs import ASK, OUTSIDE, Shop, dying

DOWN = flow(
    ("a", "heard", {}),
    ("b", "tag", {"value": "begun"}),
    ("o", "try", {"fails": 1, "how": "fail"}),
    ("t", "tag", {"value": "done"}),
    edges="a>b b>o o>t",
)
EVERY = Wanted()
ACTS = text(
    "SELECT body::json ->> 'action', body::json ->> 'target' FROM audit_entry WHERE tenant_id = :tenant ORDER BY seq"
)


def decide(shop: Shop, what: Any, run: FlowRun, **how: Any) -> FlowRun:
    with transaction(tenant_scope(shop.id)) as session:
        return what(session, run.id, **how)


def letters(shop: Shop, wanted: Wanted = EVERY, **page: Any) -> list[UUID]:
    with transaction(tenant_scope(shop.id)) as session:
        return [run.id for run in dead_letters(session, shop.id, wanted, **page)]


def failed(shop: Shop, document: Document = DOWN) -> FlowRun:
    shop.publish(document)
    shop.writes("hello")
    while wake_due():
        pass
    return shop.runs()[0]


def publish_over(shop: Shop, run: FlowRun, document: Document) -> None:
    with transaction(tenant_scope(shop.id)) as session:
        drafts.save(session, run.flow_id, document, 1)
        drafts.publish(session, run.flow_id, user_id=None)


def code(shop: Shop, what: Any, run: FlowRun, **how: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        decide(shop, what, run, **how)
    return refused.value.code


def test_a_failed_run_goes_on_from_the_step_that_failed_with_the_same_key(shop: Shop):
    run = failed(shop)
    assert (run.state, letters(shop)) == ("failed", [run.id])
    decide(shop, retry, run)
    assert (letters(shop), wake_due(), wake_due()) == ([], 1, 1)
    (run,) = shop.runs()
    assert (run.state, shop.tags()) == ("ended", {"begun": 1, "done": 1})
    assert (Try.calls, shop.path(run)) == ([f"flow:{run.id}:o:1"] * 2, "a:next b:next o:failed o:next t:next")


def test_it_may_go_on_with_what_is_published_now(shop: Shop):
    run = failed(shop)
    mended = flow(("a", "heard", {}), ("o", "try", {}), ("t", "tag", {"value": "new"}), edges="a>o o>t")
    publish_over(shop, run, mended)
    decide(shop, retry, run, on="new")
    while wake_due():
        pass
    assert ([one.state for one in shop.runs()], shop.tags()) == (["ended"], {"begun": 1, "new": 1})


@pytest.mark.parametrize("kind", [None, "try_twice"])
def test_a_step_that_the_published_version_has_no_more_is_told(shop: Shop, kind: str | None):
    run = failed(shop)
    publish_over(shop, run, flow(("a", "heard", {}), ("o" if kind else "x", kind or "try", {}), edges=""))
    assert code(shop, retry, run, on="new") == "gone"
    with transaction(tenant_scope(shop.id)) as session:
        drafts.pause(session, run.flow_id)
    assert code(shop, retry, run, on="new") == "not_published"


def test_nothing_of_an_inside_step_that_failed_is_left_so_it_is_simply_done_again(shop: Shop):
    run = failed(shop, flow(("a", "heard", {}), ("f", "tag_then_fail", {"value": "x"}), edges="a>f"))
    decide(shop, retry, run)
    assert (wake_due(), shop.path(run), shop.tags()) == (1, "a:next f:failed f:failed", {})


@pytest.mark.parametrize(("was_done", "calls", "path"), [(True, 1, "o:next t:next"), (False, 2, "o:next t:next")])
def test_where_nobody_knows_a_person_says_whether_it_was_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, was_done: bool, calls: int, path: str
):
    dying(shop, OUTSIDE, monkeypatch)
    wake_due()
    (run,) = shop.runs()
    with transaction(tenant_scope(shop.id)) as session:
        assert undecided(session, session.get_one(FlowRun, run.id))
    assert code(shop, retry, run) == "undecided"
    decide(shop, retry, run, was_done=was_done)
    while wake_due():
        pass
    assert ([one.state for one in shop.runs()], len(Try.calls), len(set(Try.calls))) == (["ended"], calls, 1)
    assert shop.path(run) == f"a:next o:failed {path}"


def test_an_unknown_step_that_no_worker_has_looked_at_yet_can_be_decided_once_nobody_is_at_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    dying(shop, OUTSIDE, monkeypatch)
    shop.later(minutes=-8)
    (run,) = shop.runs()
    assert (letters(shop), code(shop, retry, run, was_done=False), code(shop, cancel, run)) == ([], "busy", "busy")
    shop.later(minutes=8)
    assert (letters(shop), code(shop, retry, run)) == ([run.id], "undecided")
    decide(shop, retry, run, was_done=False)
    assert (wake_due(), wake_due(), len(set(Try.calls)), shop.runs()[0].state) == (1, 1, 1, "ended")


def test_an_exception_in_the_middle_of_an_outside_step_leaves_it_undecided(shop: Shop):
    broken = flow(("a", "heard", {}), ("o", "try", {"fails": 1, "how": "raise"}), edges="a>o")
    assert code(shop, retry, failed(shop, broken)) == "undecided"


def test_a_run_behind_its_limit_is_granted_as_much_again(shop: Shop):
    circle = flow(("a", "heard", {}), ("q", "ask", {}), edges="a>q q>q")
    shop.publish(circle)
    for _ in range(51):
        shop.writes("again")
    (run,) = shop.runs()
    assert (run.state, run.reason) == ("stopped", "visits")
    decide(shop, retry, run)
    assert (wake_due(), [one.state for one in shop.runs()]) == (1, ["waiting"])
    shop.writes("again")
    assert [one.state for one in shop.runs()] == ["waiting"]


def test_many_are_retried_at_once_and_undecided_ones_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    run = failed(shop, DOWN)
    shop.writes("hello")
    dying_flow = flow(("a", "heard", {}), ("o", "try", {"fails": 99, "how": "raise"}), edges="a>o")
    publish_over(shop, run, dying_flow)
    shop.writes("hello")
    while wake_due():
        pass
    assert [one.state for one in shop.runs()].count("failed") == 2
    assert retry_many(shop.id, Wanted(reason="down")) == Many(1, {})
    assert retry_many(shop.id, Wanted(flow_id=run.flow_id)) == Many(0, {"undecided": 1})


def test_dead_letters_are_found_by_flow_reason_and_time_page_by_page(shop: Shop):
    first = failed(shop)
    Try.calls.clear()
    shop.writes("hello")
    while wake_due():
        pass
    ids = [run.id for run in shop.runs()]
    assert letters(shop) == ids[::-1]
    assert (letters(shop, limit=1), letters(shop, limit=1, before=ids[1])) == (ids[1:], ids[:1])
    assert (letters(shop, Wanted(reason="down")), letters(shop, Wanted(reason="up"))) == (ids[::-1], [])
    assert (letters(shop, Wanted(until=first.started_at)), letters(shop, Wanted(flow_id=shop.id))) == ([], [])


def inner_and_outer(shop: Shop) -> None:
    inner = flow(("a", "start", {}), ("o", "try", {"fails": 1, "how": "fail"}), ("e", "end", {}), edges="a>o o>e")
    called = ("c", "sub_or_fail", {"flow": str(shop.publish(inner))})
    shop.publish(flow(("a", "heard", {}), called, ("t", "tag", {"value": "{{ vars.how }}"}), edges="a>c c>t"))
    shop.writes("hello")
    while wake_due():
        pass


@pytest.mark.parametrize("at", ["outer", "inner"])
def test_where_a_called_flow_failed_that_one_goes_on_and_its_caller_with_it(shop: Shop, at: str):
    inner_and_outer(shop)
    runs = {("inner" if run.parent_id else "outer"): run for run in shop.runs()}
    assert {run.state for run in runs.values()} == {"failed"}
    assert decide(shop, retry, runs[at]).id == runs["inner"].id
    while wake_due():
        pass
    assert ({run.state for run in shop.runs()}, shop.tags()) == ({"ended"}, {"flow": 1})


def test_a_flow_may_be_called_again_in_a_circle(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("e", "end", {}), edges="a>e"))
    call = ("c", "sub", {"flow": str(inner)})
    shop.publish(flow(("a", "heard", {}), call, ("q", "ask", {}), edges="a>c c>q q>c"))
    for _ in range(3):
        shop.writes("hello")
    assert sorted(run.state for run in shop.runs()) == ["ended"] * 3 + ["waiting"]


def test_a_waiting_run_is_given_up_and_no_message_wakes_it(shop: Shop):
    shop.publish(ASK)
    shop.writes("hello")
    (run,) = shop.runs()
    assert decide(shop, cancel, run).state == "cancelled"
    shop.writes("ignore")
    assert ([one.state for one in shop.runs()], code(shop, cancel, run)) == (["cancelled"], "over")
    assert code(shop, retry, run) == "over"


def test_who_called_a_flow_that_is_given_up_learns_that_it_failed(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("w", "sleep", {}), edges="a>w"))
    call = ("c", "sub", {"flow": str(inner)})
    shop.publish(flow(("a", "heard", {}), call, ("t", "tag", {"value": "{{ vars.how }}"}), edges="a>c c>t"))
    shop.writes("hello")
    decide(shop, cancel, next(run for run in shop.runs() if run.parent_id))
    assert ({run.state for run in shop.runs()}, shop.tags()) == ({"cancelled", "ended"}, {"failed": 1})


def test_what_it_called_is_given_up_with_a_run(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("w", "sleep", {}), edges="a>w"))
    shop.publish(flow(("a", "heard", {}), ("c", "sub", {"flow": str(inner)}), edges="a>c"))
    shop.writes("hello")
    decide(shop, cancel, next(run for run in shop.runs() if not run.parent_id))
    assert {run.state for run in shop.runs()} == {"cancelled"}


def test_each_decision_stands_in_the_audit_log(shop: Shop):
    run = failed(shop)
    decide(shop, retry, run)
    decide(shop, cancel, run)
    seal_pending()
    with transaction(tenant_scope(shop.id)) as session:
        acts = session.execute(ACTS, {"tenant": shop.id}).all()
    assert acts[-2:] == [(f"flow.run_{verb}", f"flow_run:{run.id}") for verb in ("retried", "cancelled")]


def test_a_run_whose_plugin_is_off_is_not_taken_on(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    run = failed(shop)
    plans.cache_clear()
    monkeypatch.delitem(KINDS, "test.try")
    assert code(shop, retry, run) == "plugin"
