"""Who answered a campaign."""

from datetime import timedelta
from uuid import UUID

from aerostic_campaigns.launch import launch
from aerostic_campaigns.replies import on_messages
from flask import Flask

from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.messaging.models import Message
from tests.core.flows.starts import announced

from .fates import accept, anew, answer, launched, messages
from .scenes import Scene

HOURS = timedelta(hours=1)


def contact_of(scene: Scene, message_id: UUID) -> UUID:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        contact_id = session.get_one(Message, message_id).contact_id
    assert contact_id
    return contact_id


def told(scene: Scene, message_id: UUID, kind: str = "text") -> None:
    data = {"message_id": str(message_id), "kind": kind}
    on_messages(scene.tenant_id, [Event("message.received", scene.tenant_id, "key", data)])


def replied(scene: Scene, campaign: UUID) -> int:
    return anew(scene, campaign).replied


def test_who_writes_within_72_hours_has_answered_once(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    accept(scene, first, utcnow() - 2 * HOURS)
    for _ in range(2):
        told(scene, answer(scene, contact_of(scene, first)))
    told(scene, answer(scene, contact_of(scene, first)))
    assert replied(scene, campaign) == 1


def test_who_writes_later_or_before_has_not(app: Flask) -> None:
    scene, campaign, (first, second) = launched(2)
    accept(scene, first, utcnow() - 73 * HOURS)
    accept(scene, second, utcnow())
    told(scene, answer(scene, contact_of(scene, first)))
    told(scene, answer(scene, contact_of(scene, second), utcnow() - HOURS))
    assert replied(scene, campaign) == 0


def test_who_got_no_message_has_not(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    stranger = scene.contact("+4915112888888", marketing="unknown")
    told(scene, answer(scene, stranger))
    assert replied(scene, campaign) == 0


def test_what_the_provider_says_is_no_answer(app: Flask) -> None:
    scene, campaign, (first,) = launched(1)
    accept(scene, first, utcnow() - HOURS)
    told(scene, answer(scene, contact_of(scene, first), kind="system"), "system")
    assert replied(scene, campaign) == 0


def test_the_last_campaign_is_the_one_that_is_answered(app: Flask) -> None:
    scene, earlier, (first,) = launched(1)
    accept(scene, first, utcnow() - 3 * HOURS)
    later = scene.campaign(name="Later")
    launch(scene.tenant_id, later)
    (second,) = messages(scene, later)
    accept(scene, second, utcnow() - HOURS)
    told(scene, answer(scene, contact_of(scene, first)))
    assert (replied(scene, earlier), replied(scene, later)) == (0, 1)


def test_the_first_answer_is_announced_with_what_led_to_it(app: Flask) -> None:
    scene, campaign, (first,) = launched(1)
    accept(scene, first, utcnow() - 2 * HOURS)
    contact_id = contact_of(scene, first)
    answers = [answer(scene, contact_id, utcnow() - HOURS), answer(scene, contact_id)]
    for id_ in (answers[0], *answers):
        data = {"message_id": str(id_), "kind": "text", "chain": ["a run"]}
        on_messages(scene.tenant_id, [Event("message.received", scene.tenant_id, "key", data)])
    (event,) = (event for event in announced(scene.tenant_id) if event.type == "campaign.replied")
    assert event.data == {
        "campaign_id": str(campaign),
        "message_id": str(answers[0]),
        "contact_id": str(contact_id),
        "conversation_id": None,
        "chain": ["a run"],
    }
