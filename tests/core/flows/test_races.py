"""Messages, times, people and crashes that come at the same moment: nothing is lost, nothing happens twice, order is kept."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from psycopg.errors import DeadlockDetected
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.flows.contract import Go
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import starting, waking
from aerostic.flows.runs.beginnings import Begin, Published
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.waking import due, wake, wake_due
from aerostic.messaging.conversations.handling import locked
from aerostic.messaging.models import Conversation
from tests.core.flows.nodes import KINDS, Try
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.core.flows.test_runs import ASK, OUTSIDE, dying

SOON = flow(
    ("a", "heard", {}), ("q", "ask", {"seconds": 60}), ("t", "tag", {"value": "{{ vars.answer }}"}), edges="a>q q>t"
)
THEN_ASK = flow(
    ("a", "heard", {}),
    ("o", "try", {}),
    ("q", "ask", {}),
    ("t", "tag", {"value": "{{ vars.answer }}"}),
    edges="a>o o>q q>t",
)


def at_once(app: Flask, *works: Callable[[], Any]) -> None:
    """Each in a thread of its own, as in a process of its own, begun together."""
    barrier, failed = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []


def meanwhile(monkeypatch: pytest.MonkeyPatch, does: Callable[[], Any]) -> None:
    """Something that happens while another system is asked."""

    def run(self: Try, context: Any, config: Any) -> Go:
        Try.calls.append(context.key)
        does()
        return Go()

    monkeypatch.setattr(Try, "run", run)


def states(shop: Shop) -> list[str]:
    return [run.state for run in shop.runs()]


def answered_by(shop: Shop, who: str) -> None:
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(Conversation).values(handled_by=who))


def test_two_messages_at_once_in_two_processes_are_dealt_with_one_after_the_other(app: Flask, shop: Shop):
    shop.publish(ASK)
    for _ in range(5):
        first, second = shop.says("one"), shop.says("two")
        at_once(app, lambda: on_events(shop.id, [first]), lambda: on_events(shop.id, [second]))  # noqa: B023
    assert states(shop) == ["ended"] * 5
    assert sum(shop.tags().values()) in (1, 2)


def test_the_same_message_at_once_in_two_processes_is_heard_once(app: Flask, shop: Shop):
    shop.publish(ASK)
    for _ in range(5):
        event = shop.says("one")
        at_once(app, *[lambda: on_events(shop.id, [event])] * 3)  # noqa: B023
    assert states(shop) == ["ended", "ended", "waiting"]


def test_an_answer_and_the_end_of_its_time_at_once_take_the_run_on_once(app: Flask, shop: Shop):
    shop.publish(SOON)
    for _ in range(6):
        shop.writes("hello")
        shop.later(seconds=61)
        (run,) = due()
        reply = shop.says("vip")
        at_once(app, lambda: wake(run), lambda: on_events(shop.id, [reply]))  # noqa: B023
        *before, last = shop.runs()
        assert {run.state for run in before} <= {"ended"}
        if last.state == "waiting":  # the time came first, and the message began anew
            assert shop.path(before[-1]) == "a:next q:waiting q:next t:next"
            shop.writes("vip")
    assert {run.steps for run in shop.runs()} == {4}


def test_while_a_message_is_dealt_with_time_does_not_wait_in_line(shop: Shop):
    shop.publish(SOON)
    shop.writes("hello")
    shop.later(seconds=61)
    with transaction(tenant_scope(shop.id)) as session:
        locked(session, shop.id, shop.talk)
        assert wake_due() == 0
    assert (wake_due(), shop.tags()) == (1, {"late": 1})


def test_what_is_written_while_another_system_is_asked_answers_what_is_asked_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.publish(THEN_ASK)
    shop.writes("hello")
    meanwhile(monkeypatch, lambda: shop.writes("vip"))
    assert (wake_due(), states(shop), shop.tags()) == (1, ["ended"], {"vip": 1})
    assert shop.path(shop.runs()[0]) == "a:next o:next q:waiting q:next t:next"


def test_what_is_written_while_another_system_is_asked_begins_anew_where_nothing_is_asked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.publish(OUTSIDE)
    shop.writes("hello")
    shop.writes("hello?")
    assert states(shop) == ["outside"]
    with monkeypatch.context() as patched:
        meanwhile(patched, lambda: shop.writes("are you there?"))
        assert wake_due() == 1
    assert states(shop) == ["ended", "outside"]
    assert (wake_due(), states(shop)) == (1, ["ended", "ended", "outside"])
    assert (wake_due(), states(shop)) == (1, ["ended"] * 3)


def test_what_is_written_before_another_try_is_kept_for_the_run(shop: Shop):
    shop.publish(
        flow(
            ("a", "heard", {}),
            ("o", "try", {"fails": 1}),
            ("q", "ask", {}),
            ("t", "tag", {"value": "{{ vars.answer }}"}),
            edges="a>o o>q q>t",
        )
    )
    shop.writes("hello")
    assert (wake_due(), states(shop)) == (1, ["waiting"])
    shop.writes("vip")
    shop.later(seconds=6)
    assert (wake_due(), wake_due(), states(shop), shop.tags()) == (1, 1, ["ended"], {"vip": 1})


def test_what_is_written_before_a_crash_is_dealt_with_after_it(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    dying(shop, OUTSIDE, monkeypatch)
    event = shop.writes("hello?")
    on_events(shop.id, [event])
    assert states(shop) == ["unknown"]
    assert (wake_due(), states(shop)) == (1, ["failed", "outside"])


def test_a_run_that_waits_for_a_time_keeps_no_messages_from_others(shop: Shop):
    shop.publish(flow(("a", "heard", {}), ("w", "sleep", {}), edges="a>w"))
    shop.writes("hello")
    shop.writes("hello")
    assert states(shop) == ["waiting", "waiting"]


def test_one_event_that_cannot_be_heard_is_no_loss_of_those_before_it(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(flow(("a", "heard", {}), ("t", "tag", {"value": "{{ message.text }}"}), edges="a>t"))
    begin, events = starting.begin_anew, [shop.says(words) for words in ("one", "two", "three")]

    def failing(session: Session, version: Published, begins: Begin) -> FlowRun:
        if begins.message["text"] == "two":
            raise ValueError
        return begin(session, version, begins)

    with monkeypatch.context() as patched:
        patched.setattr(starting, "begin_anew", failing)
        with pytest.raises(ValueError):
            on_events(shop.id, events)
    assert shop.tags() == {"one": 1}
    on_events(shop.id, events)
    assert (shop.tags(), states(shop)) == ({"one": 1, "two": 1, "three": 1}, ["ended"] * 3)


def test_one_run_that_cannot_go_on_keeps_none_of_those_that_are_due_with_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    napping = shop.publish(flow(("a", "start", {}), ("w", "sleep", {}), ("s", "set", {"name": "n"}), edges="a>w w>s"))
    for _ in range(3):
        shop.starts(napping)
    shop.later(seconds=61)
    go_on, bad = waking.go_on, shop.runs()[1].id

    def failing(session: Session, run: FlowRun, *given: Any) -> bool:
        if run.id == bad:
            raise ValueError
        return go_on(session, run, *given)

    with monkeypatch.context() as patched:
        patched.setattr(waking, "go_on", failing)
        assert (wake_due(), states(shop)) == (2, ["ended", "waiting", "ended"])
    assert wake_due() == 0
    shop.later(seconds=301)
    assert (wake_due(), states(shop)) == (1, ["ended"] * 3)


def test_an_event_that_began_nothing_is_no_answer_when_it_comes_again(shop: Shop):
    shop.publish(ASK)
    ignored = shop.writes("ignore")
    hello = shop.writes("hello")
    on_events(shop.id, [ignored, hello])
    assert states(shop) == ["waiting"]


def test_an_answer_goes_to_the_flow_that_was_called_and_from_there_to_the_one_that_called(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("q", "ask", {}), ("e", "end", {}), edges="a>q q>e"))
    call, tag = ("c", "sub", {"flow": str(inner)}), ("t", "tag", {"value": "{{ vars.answer }}"})
    shop.publish(flow(("a", "heard", {}), call, ("q", "ask", {}), tag, edges="a>c c>q q>t"))
    shop.writes("hello")
    assert sorted(states(shop)) == ["calling", "waiting"]
    shop.writes("first")
    assert sorted(states(shop)) == ["ended", "waiting"]
    shop.writes("second")
    assert (states(shop), shop.tags()) == (["ended", "ended"], {"second": 1})


def test_a_flow_may_call_the_same_one_twice(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("e", "end", {}), edges="a>e"))
    twice = ("c", "sub", {"flow": str(inner)}), ("c2", "sub", {"flow": str(inner)})
    shop.publish(flow(("a", "heard", {}), *twice, ("t", "tag", {"value": "{{ vars.how }}"}), edges="a>c c>c2 c2>t"))
    shop.writes("hello")
    assert (states(shop), shop.tags()) == (["ended"] * 3, {"flow": 1})


def test_a_call_of_a_flow_whose_plugin_is_off_fails_and_the_caller_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    inner = shop.publish(flow(("a", "start", {}), ("e", "try_twice", {}), edges="a>e"))
    shop.publish(
        flow(
            ("a", "heard", {}),
            ("c", "sub", {"flow": str(inner)}),
            ("t", "tag", {"value": "{{ vars.how }}"}),
            edges="a>c c>t",
        )
    )
    monkeypatch.delitem(KINDS, "test.try_twice")
    shop.writes("hello")
    assert (states(shop), shop.tags()) == (["ended"], {"failed": 1})


def test_while_a_person_answers_a_time_that_comes_says_nothing_until_it_is_handed_back(shop: Shop):
    shop.publish(SOON)
    shop.writes("hello")
    answered_by(shop, "person")
    shop.later(seconds=61)
    assert (wake_due(), wake_due(), shop.tags()) == (1, 0, {})
    answered_by(shop, "bot")
    shop.later(seconds=61)
    assert (wake_due(), shop.tags(), states(shop)) == (1, {"late": 1}, ["ended"])


def test_a_person_who_takes_over_while_another_system_is_asked_is_not_talked_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.publish(OUTSIDE)
    shop.writes("hello")
    meanwhile(monkeypatch, lambda: answered_by(shop, "person"))
    assert (wake_due(), shop.tags(), states(shop)) == (1, {}, ["waiting"])
    assert (wake_due(), shop.tags()) == (1, {})
    answered_by(shop, "bot")
    shop.later(seconds=61)
    assert (wake_due(), shop.tags(), states(shop)) == (1, {"done": 1}, ["ended"])
    assert len(Try.calls) == 1


def test_nothing_is_asked_of_another_system_while_a_person_answers(shop: Shop):
    shop.publish(OUTSIDE)
    shop.writes("hello")
    answered_by(shop, "person")
    assert (wake_due(), Try.calls, states(shop)) == (1, [], ["outside"])


def test_what_came_of_a_step_is_kept_though_another_transaction_was_in_the_way(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.publish(OUTSIDE)
    shop.writes("hello")
    tries, kept = [], waking._kept

    def in_the_way(*given: Any) -> None:
        tries.append(given)
        if len(tries) == 1:
            raise OperationalError("", {}, DeadlockDetected())
        kept(*given)

    monkeypatch.setattr(waking, "_kept", in_the_way)
    monkeypatch.setattr(waking, "PAUSES", (0.0,))
    assert (wake_due(), states(shop), len(tries), len(Try.calls)) == (1, ["ended"], 2, 1)


def test_the_same_tag_made_at_once_for_two_contacts_is_one(app: Flask, shop: Shop):
    shop.publish(flow(("a", "heard", {}), ("t", "tag", {"value": "{{ message.text }}"}), edges="a>t"))
    other = Shop(beside=shop)
    for words in ("one", "two", "three", "four", "five"):
        events = [shop.says(words), other.says(words)]
        at_once(app, *[lambda event=event: on_events(shop.id, [event]) for event in events])
    assert (set(states(shop)), set(shop.tags().values())) == ({"ended"}, {2})


def test_events_of_many_conversations_are_each_heard_and_those_of_one_in_their_order(shop: Shop):
    shop.publish(ASK)
    people = [shop, *(Shop(beside=shop) for _ in range(5))]
    on_events(shop.id, [person.says(words) for words in ("hello", "vip", "bye") for person in people])
    assert sorted(states(shop)) == ["ended"] * 6 + ["waiting"] * 6
    assert shop.tags() == {"vip": 6}
