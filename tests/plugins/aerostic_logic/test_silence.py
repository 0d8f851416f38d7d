"""While a person answers in a conversation, flows keep silent there, whatever would start them or let them go on."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from aerostic.db import Event, new_id, tenant_scope, transaction, utcnow
from aerostic.flows.runs.clock import start_due
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.trying import start
from aerostic.flows.runs.waking import wake_due
from aerostic.flows.start_models import FlowSchedule
from aerostic.messaging.conversations.handling import hand_back, locked, open_conversation, take_over
from aerostic.messaging.models import Message
from tests.core.flows.nodes import Try
from tests.core.flows.shop import Shop
from tests.core.flows.starts import carry
from tests.plugins.aerostic_logic.test_loops import publish
from tests.plugins.aerostic_logic.test_triggers import _kinds, tag
from tests.support.factories import make_contact

__all__ = ["_kinds"]
DONE = ("logic.tag", {"tag": "done"})


@pytest.fixture
def shop(app: Flask) -> Shop:
    Try.calls.clear()
    return Shop()


def person(shop: Shop, answers: bool) -> None:
    """A person takes the conversation over, or hands it back; what rests is looked at again."""
    with transaction(tenant_scope(shop.id)) as session:
        talk = locked(session, shop.id, shop.talk)
        assert talk
        take_over(session, talk, new_id()) if answers else hand_back(session, talk)


def later(shop: Shop, **by: float) -> None:
    shop.later(**by)
    wake_due()


def done(shop: Shop) -> bool:
    return "done" in shop.tags()


def rests_until_handed_back(shop: Shop) -> None:
    for _ in range(3):
        later(shop, days=1)
    assert ({run.state for run in shop.runs()} <= {"waiting", "outside"}, done(shop)) == (True, False)
    person(shop, answers=False)
    later(shop, minutes=2)
    wake_due()
    assert ([run.state for run in shop.runs()], done(shop)) == (["ended"], True)


def test_what_a_tag_starts_meanwhile_rests_until_the_conversation_is_handed_back(shop: Shop):
    publish(shop, ("logic.tagged", {"tag": "vip"}), DONE)
    person(shop, answers=True)
    tag(shop, "vip")
    carry(shop.id)
    rests_until_handed_back(shop)


def test_what_a_schedule_starts_meanwhile_rests_too(shop: Shop):
    publish(shop, ("logic.schedule", {"tag": "vip"}), DONE)
    tag(shop, "vip")
    person(shop, answers=True)
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(FlowSchedule).values(next_at=utcnow()))
    assert start_due() == 1
    rests_until_handed_back(shop)


def test_a_test_by_hand_rests_too(shop: Shop):
    flow_id = publish(shop, ("logic.called", {}), DONE)
    person(shop, answers=True)
    with transaction(tenant_scope(shop.id)) as session:
        start(session, flow_id, contact_id=shop.contact.id, values={})
    rests_until_handed_back(shop)


def waiting(shop: Shop, *wait: Any) -> None:
    """A run waits, and then a person answers."""
    publish(shop, ("logic.tagged", {"tag": "vip"}), wait, DONE)
    tag(shop, "vip")
    carry(shop.id)
    person(shop, answers=True)


def test_a_wait_that_ends_meanwhile_goes_on_when_it_is_handed_back(shop: Shop):
    waiting(shop, "logic.wait", {"amount": 1, "unit": "hours"})
    rests_until_handed_back(shop)


def test_an_answer_that_did_not_come_in_time_may_still_come_when_it_is_handed_back(shop: Shop):
    waiting(shop, "logic.wait_reply", {})
    later(shop, days=2)
    assert [run.state for run in shop.runs()] == ["waiting"]
    person(shop, answers=False)
    shop.writes("here I am")
    assert ([run.state for run in shop.runs()], done(shop)) == (["ended"], True)


def test_a_step_that_changes_another_system_is_not_begun_meanwhile(shop: Shop):
    publish(shop, ("logic.tagged", {"tag": "vip"}), ("test.try", {}), DONE)
    tag(shop, "vip")
    carry(shop.id)
    person(shop, answers=True)
    later(shop, minutes=5)
    assert ([run.state for run in shop.runs()], Try.calls) == (["outside"], [])
    rests_until_handed_back(shop)


def test_what_somebody_wrote_to_a_person_starts_nothing_later_either(shop: Shop):
    publish(shop, ("test.heard", {}), DONE)
    publish(shop, ("logic.replied", {}), DONE)
    person(shop, answers=True)
    shop.writes("hello")
    with transaction(tenant_scope(shop.id)) as session:
        message_id = session.scalars(select(Message.id)).one()
    ids = {"campaign_id": str(new_id()), "message_id": str(message_id), "contact_id": str(shop.contact.id)}
    on_events(shop.id, [Event("campaign.replied", shop.id, "key", ids)])
    person(shop, answers=False)
    later(shop, days=1)
    assert (shop.runs(), done(shop)) == ([], False)


def stranger(shop: Shop, *wait: Any) -> None:
    """A run waits for somebody with whom there is no conversation yet."""
    shop.contact = make_contact(shop.id)
    publish(shop, ("logic.tagged", {"tag": "vip"}), wait, DONE)
    tag(shop, "vip")
    carry(shop.id)
    assert [(run.state, run.conversation_id) for run in shop.runs()] == [("waiting", None)]
    with transaction(tenant_scope(shop.id)) as session:
        shop.talk = open_conversation(session, shop.id, shop.number.id, shop.contact.id)


def test_the_first_answer_of_somebody_reaches_the_run_that_began_without_a_conversation(shop: Shop):
    stranger(shop, "logic.wait_reply", {})
    shop.writes("hello")
    assert ([(run.state, run.conversation_id) for run in shop.runs()], done(shop)) == ([("ended", shop.talk)], True)


def test_a_run_that_began_without_a_conversation_keeps_silent_in_the_first_one(shop: Shop):
    stranger(shop, "logic.wait", {"amount": 1, "unit": "hours"})
    person(shop, answers=True)
    rests_until_handed_back(shop)
