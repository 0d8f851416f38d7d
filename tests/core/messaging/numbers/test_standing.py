"""What people are told of their numbers: limits used, lanes, webhooks."""

from datetime import timedelta

import pytest

from aerostic.db import new_id, service_scope, transaction, utcnow
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import Batch, ChannelAccount, ChannelNumber, Lane, WebhookRejection
from aerostic.messaging.numbers import lanes, overview
from aerostic.messaging.numbers.lanes import LaneState
from aerostic.messaging.numbers.limits import Use
from tests.core.messaging.conversations.talk import Talk
from tests.core.messaging.inbound.shop import Shop
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")
TEXT = {"type": "text", "text": {"body": "Hello"}}
DAY = timedelta(days=1)


def seen(talk: Talk) -> overview.AccountView:
    with talk.scope() as session:
        (found,) = overview.overview(session, talk.tenant_id)
        return found


def limit(talk: Talk, tier: str) -> None:
    with talk.scope() as session:
        session.query(ChannelNumber).update({"limit_tier": tier})


def batch(talk: Talk, **values) -> Batch:
    with talk.scope() as session:
        made = Batch(tenant_id=talk.tenant_id, number_id=talk.number.id, source="tests", source_id=new_id(), **values)
        session.add(made)
    return made


def test_people_written_to_first_are_counted_once_whatever_they_were_sent():
    talk = Talk.begin()
    limit(talk, "TIER_250")
    grace = make_contact(talk.tenant_id)
    running = batch(talk)
    talk.send(TEXT, category="marketing", batch_id=running.id)
    talk.send(TEXT, category="utility")
    talk.send(TEXT, category="marketing", contact_id=grace.id)
    assert seen(talk).use == Use(2, 250)


@pytest.mark.parametrize(
    "values",
    [
        {"category": "service"},
        {"category": "marketing", "ago": DAY},
        {"category": "marketing", "state": "planned", "status": ""},
        {"category": "marketing", "state": "failed", "status": "failed"},
        {"category": "marketing", "batched": True, "state": "planned", "status": ""},
        {"category": "marketing", "batched": True, "ago": DAY},
    ],
)
def test_answers_old_messages_and_those_that_did_not_leave_use_nothing(values):
    talk = Talk.begin()
    limit(talk, "TIER_250")
    if values.pop("batched", False):
        values["batch_id"] = batch(talk).id
    talk.send(TEXT, **values)
    assert seen(talk).use == Use(0, 250)


@pytest.mark.parametrize("tier", ["", "TIER_UNLIMITED", "TIER_NEW"])
def test_where_no_limit_is_known_nothing_is_counted(tier):
    talk = Talk.begin()
    limit(talk, tier)
    assert seen(talk).use == Use(None, None)


def test_what_waits_in_a_lane_is_counted_to_a_bound(monkeypatch):
    talk = Talk.begin()
    paused = batch(talk, state="paused")
    for values in ({}, {"batch_id": paused.id}, {"batch_id": batch(talk, state="cancelled").id}):
        talk.send(TEXT, state="planned", status="", **values)
    assert seen(talk).numbers[0].lane == LaneState("", 2)
    monkeypatch.setattr(lanes, "MOST_COUNTED", 1)
    state = seen(talk).numbers[0].lane
    assert (state.waiting, state.more) == (1, True)


def test_a_stopped_lane_says_why_and_is_let_go_again():
    talk = Talk.begin()
    with talk.scope() as session:
        session.query(Lane).update({"stopped": "The token is not valid.", "wake_at": None})
    standing = seen(talk).numbers[0]
    assert (standing.lane.stopped, standing.sends) == ("The token is not valid.", False)
    with talk.scope() as session:
        assert lanes.restart(session, talk.tenant_id, [talk.number.id]) == 1
        assert lanes.restart(session, talk.tenant_id, [talk.number.id]) == 0
    with talk.scope() as session:
        lane = session.query(Lane).one()
        assert (lane.stopped, lane.wake_at is None) == ("", False)


def test_a_lane_of_another_tenant_is_not_let_go():
    talk = Talk.begin()
    with talk.scope() as session:
        session.query(Lane).update({"stopped": "The token is not valid."})
    stranger = make_tenant()
    with transaction(service_scope("lanes")) as session:
        assert lanes.restart(session, stranger.id, [talk.number.id]) == 0


def test_webhooks_that_could_not_be_used_are_counted_by_reason():
    talk = Talk.begin()
    with talk.scope() as session:
        for reason, ago in (("unrecognised", 0), ("unrecognised", 0), ("noted", 0), ("not_json", 2)):
            at = utcnow() - timedelta(days=ago)
            session.add(
                WebhookRejection(tenant_id=talk.tenant_id, channel="whatsapp", reason=reason, body={}, created_at=at)
            )
    assert (seen(talk).webhooks.last, seen(talk).webhooks.rejected) == (None, {"unrecognised": 2})


def test_that_webhooks_arrive_is_noted_once_a_minute(app):
    shop = Shop.open()
    consumer = WebhookConsumer(app)

    def heard():
        with transaction(service_scope("statuses")) as session:
            return session.get_one(ChannelAccount, shop.account.id).webhook_at

    assert heard() is None
    consumer.process(shop.entries(shop.said("hello"), name="messages"))
    first = heard()
    consumer.process(shop.entries(shop.said("hello again"), name="messages"))
    assert first is not None and heard() == first
