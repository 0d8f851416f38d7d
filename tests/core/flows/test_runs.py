"""Runs are begun once a cause, kept between their steps, and go on whatever happened to a process."""

from typing import Any

import pytest
from sqlalchemy import text, update

from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.limits import Limits
from aerostic.flows.runs import journal
from aerostic.flows.runs.keeping import opened
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.waking import due, wake_due
from aerostic.messaging.models import Conversation
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.nodes import Try
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow

ASK = flow(
    ("a", "heard", {}),
    ("q", "ask", {}),
    ("t", "tag", {"value": "{{ vars.answer }}"}),
    edges="a>q q>t",
)


def test_a_message_starts_a_run_and_the_next_one_is_its_answer(shop: Shop):
    shop.publish(ASK)
    shop.writes("hello")
    (run,) = shop.runs()
    assert (run.state, run.awaits, shop.tags()) == ("waiting", "reply", {})
    shop.writes("vip")
    (run,) = shop.runs()
    assert (run.state, list(run.going), shop.tags()) == ("ended", ["trigger"], {"vip": 1})
    assert (shop.path(run), run.steps) == ("a:next q:waiting q:next t:next", 4)


def test_an_event_that_comes_again_starts_nothing_and_answers_nothing(shop: Shop):
    shop.publish(ASK)
    hello = shop.writes("hello")
    on_events(shop.id, [hello])
    vip = shop.writes("vip")
    on_events(shop.id, [vip, hello])
    assert [run.state for run in shop.runs()] == ["ended"]


def test_a_trigger_starts_only_what_it_wants(shop: Shop):
    shop.publish(ASK)
    shop.writes("ignore")
    assert shop.runs() == []


def test_while_a_person_answers_bots_keep_silent(shop: Shop):
    shop.publish(ASK)
    shop.writes("hello")
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(Conversation).values(handled_by="person"))
    shop.writes("vip")
    assert [run.state for run in shop.runs()] == ["waiting"]


def test_a_run_keeps_the_version_that_it_began_with(shop: Shop):
    flow_id = shop.publish(ASK)
    shop.writes("hello")
    other = flow(("a", "heard", {}), ("q", "ask", {}), ("t", "tag", {"value": "new"}), edges="a>q q>t")
    with transaction(tenant_scope(shop.id)) as session:
        drafts.save(session, flow_id, other, 1)
        assert drafts.publish(session, flow_id, user_id=None).number == 2
    shop.writes("vip")
    shop.writes("hello again")
    shop.writes("whatever")
    assert shop.tags() == {"vip": 1, "new": 1}


def test_a_run_that_waits_for_a_time_is_a_row_and_goes_on_then(shop: Shop):
    shop.publish(
        flow(("a", "heard", {}), ("w", "sleep", {"seconds": 60}), ("t", "tag", {"value": "x"}), edges="a>w w>t")
    )
    shop.writes("hello")
    assert (due(), wake_due()) == ([], 0)
    shop.later(seconds=61)
    assert (wake_due(), wake_due(), shop.tags()) == (1, 0, {"x": 1})


def test_a_crash_in_the_middle_leaves_nothing_half_done(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(flow(("a", "heard", {}), ("t", "tag", {"value": "x"}), ("s", "set", {"name": "n"}), edges="a>t t>s"))

    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(journal, "add", dies)
        event = shop.writes("hello")
    assert (shop.runs(), shop.tags()) == ([], {})
    event = shop.writes("hello")
    on_events(shop.id, [event])
    assert (len(shop.runs()), shop.tags()) == (1, {"x": 1})


@pytest.mark.parametrize("how", ["fail", "raise"])
def test_nothing_is_left_of_a_step_that_failed_in_the_middle(shop: Shop, how: str):
    tag = ("t", "tag", {"value": "before"})
    shop.publish(flow(("a", "heard", {}), tag, ("f", "tag_then_fail", {"value": how}), edges="a>t t>f"))
    shop.writes("hello")
    assert ([run.state for run in shop.runs()], shop.tags()) == (["failed"], {"before": 1})


OUTSIDE = flow(("a", "heard", {}), ("o", "try", {}), ("t", "tag", {"value": "done"}), edges="a>o o>t")


def test_what_changes_another_system_is_left_to_the_worker_which_notes_it_first(shop: Shop):
    shop.publish(OUTSIDE)
    shop.writes("hello")
    assert ([run.state for run in shop.runs()], Try.calls) == (["outside"], [])
    assert wake_due() == 1
    (run,) = shop.runs()
    assert (run.state, Try.calls, shop.tags()) == ("ended", [f"flow:{run.id}:o:1"], {"done": 1})


def dying(shop: Shop, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies after the other system was changed, before that was kept."""
    shop.publish(document)
    shop.writes("hello")

    def dies(self: Try, context: Any, config: Any) -> Any:
        Try.calls.append(context.key)
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(Try, "run", dies)
        wake_due()
    assert ([run.state for run in shop.runs()], wake_due()) == (["unknown"], 0)
    shop.later(minutes=4)


def test_a_step_that_was_cut_short_is_not_done_again_blindly(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    dying(shop, OUTSIDE, monkeypatch)
    assert wake_due() == 1
    (run,) = shop.runs()
    assert (run.state, run.reason, len(Try.calls)) == ("failed", "unknown", 1)
    assert shop.path(run) == "a:next o:failed"


def test_a_step_that_may_be_done_again_is_with_the_same_key(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    dying(
        shop,
        flow(("a", "heard", {}), ("o", "try_twice", {}), ("t", "tag", {"value": "done"}), edges="a>o o>t"),
        monkeypatch,
    )
    assert (wake_due(), wake_due()) == (1, 1)
    assert ([run.state for run in shop.runs()], shop.tags()) == (["ended"], {"done": 1})
    assert len(Try.calls) == 2 and len(set(Try.calls)) == 1


def test_a_flow_calls_another_and_goes_on_with_what_it_gave(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("w", "sleep", {}), ("e", "end", {}), edges="a>w w>e"))
    shop.publish(
        flow(
            ("a", "heard", {}),
            ("c", "sub", {"flow": str(inner)}),
            ("t", "tag", {"value": "{{ vars.how }}"}),
            edges="a>c c>t",
        )
    )
    shop.writes("hello")
    assert {run.state for run in shop.runs()} == {"calling", "waiting"}
    shop.later(seconds=61)
    wake_due()
    assert ({run.state for run in shop.runs()}, shop.tags()) == ({"ended"}, {"flow": 1})


def test_flows_that_call_each_other_without_end_are_stopped(shop: Shop):
    flow_id = shop.publish(flow(("a", "start", {}), ("e", "end", {}), edges="a>e"))
    with transaction(tenant_scope(shop.id)) as session:
        circle = flow(("a", "heard", {}), ("c", "sub", {"flow": str(flow_id)}), edges="a>c")
        drafts.save(session, flow_id, circle, 1)
        drafts.publish(session, flow_id, user_id=None)
    shop.writes("hello")
    runs = shop.runs()
    assert len(runs) == Limits().depth + 2
    assert [run.reason for run in runs if run.state == "stopped"] == ["depth"]
    assert {run.state for run in runs} == {"ended", "stopped"}


def test_a_run_whose_plugin_is_off_waits_for_it_and_loses_no_answer(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(ASK)
    shop.writes("hello")
    with monkeypatch.context() as patched:
        patched.setattr(TenantView, "flow_nodes", {}, raising=False)
        plans.cache_clear()
        shop.writes("vip")
        (run,) = shop.runs()
        assert (run.state, run.reason) == ("waiting", "plugin:test.heard")
    plans.cache_clear()
    shop.writes("too late")
    shop.later(minutes=6)
    assert (wake_due(), shop.tags()) == (1, {"vip": 1})
    assert [run.state for run in shop.runs()] == ["ended", "waiting"]


def test_what_a_run_knows_and_did_is_sealed(shop: Shop):
    shop.publish(ASK)
    shop.writes("a secret word")
    (run,) = shop.runs()
    assert opened(run)[1]["message"]["text"] == "a secret word"
    with transaction(tenant_scope(shop.id)) as session:
        raw = session.execute(text("SELECT going_sealed, journal_sealed FROM flow_run")).one()
    assert not any(b"secret" in bytes(value) for value in raw)
