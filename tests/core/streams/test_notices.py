"""Notices: what pages are told of events."""

from uuid import uuid4

import pytest
from redis import Redis

from aerostic.db import Event
from aerostic.identity.permissions import CORE
from aerostic.streams import notices
from aerostic.streams.core_events import CORE_EVENTS
from aerostic.streams.notices import MANY, Notice, append, condense, family

TENANT = uuid4()


def event(name: str, /, **data: object) -> Event:
    return Event(name, TENANT, "key", data)


def topics(*events: Event, **sources: tuple[str, str]) -> dict[str, set[str]]:
    [notice] = condense(events, sources)
    return {permission: set(names) for permission, names in notice.topics.items()}


def test_a_status_of_a_campaigns_message_concerns_whatever_shows_it() -> None:
    status = event("message.delivered", message_id="m", number_id="n", contact_id="c", batch_id="b", source="campaigns")
    assert topics(status, b=("campaigns", "42")) == {
        "": {"messages", "number:n", "contact:c", "batch:b", "campaign:42", "campaigns"}
    }


def test_a_batch_names_its_source_itself() -> None:
    paused = event("batch.changed", batch_id="b", source="campaigns", source_id="42", state="paused")
    assert topics(paused) == {"": {"batches", "batch:b", "campaign:42", "campaigns"}}


def test_a_message_moves_its_conversation_in_the_list() -> None:
    received = event("message.received", message_id="m", contact_id="c", conversation_id="v", kind="text")
    assert topics(received) == {"conversations.view": {"messages", "contact:c", "conversation:v", "conversations"}}


def test_only_ids_become_topics() -> None:
    told = event("contact.opted_out", contact_id="c", source="STOP", batch_id=None, hold_id=7, other_id=["x"])
    assert topics(told) == {"contacts.view": {"contacts", "contact:c"}}


def test_many_events_of_a_tenant_make_one_notice() -> None:
    events = [event("message.sent", message_id=str(n), contact_id=str(n), batch_id="b") for n in range(2000)]
    assert topics(*events, b=("campaigns", "42")) == {
        "": {"messages", "contact:*", "batch:b", "campaign:42", "campaigns"}
    }


def test_as_many_of_a_kind_as_are_worth_it_are_named() -> None:
    events = [event("message.sent", contact_id=str(n)) for n in range(MANY)]
    assert topics(*events) == {"": {"messages", *(f"contact:{n}" for n in range(MANY))}}


def test_each_tenant_has_a_notice_and_the_platform_none() -> None:
    other = Event("message.sent", uuid4(), "key", {})
    told = condense([event("message.sent"), other, Event("message.sent", None, "key", {})], {})
    assert [notice.tenant_id for notice in told] == [TENANT, other.tenant_id]


def test_an_event_that_nobody_declares_any_more_is_passed_over() -> None:
    assert condense([event("gone.happened", campaign_id="42")], {}) == []


def test_who_lacks_a_permission_does_not_see_its_topics() -> None:
    notice = Notice(TENANT, {"": frozenset("a"), "wallet.view": frozenset("ab"), "x.y": frozenset("c")})
    seen = [notice.visible(granted) for granted in ((), ("wallet.view",), ("wallet.view", "x.y"))]
    assert seen == [set("a"), set("ab"), set("abc")]


def test_a_notice_comes_out_of_the_stream_as_it_went_in(redis: Redis, prefix: str) -> None:
    notice = Notice(TENANT, {"": frozenset(["contacts", "contact:1"]), "wallet.view": frozenset(["holds"])})
    append(redis, prefix, [notice])
    [(_, fields)] = redis.xrange(notices.key(prefix))
    assert Notice.from_fields(fields) == notice


@pytest.mark.parametrize(
    ("kind", "all_of_it"),
    [("campaign", "campaigns"), ("batch", "batches"), ("charges", "charges"), ("message", "messages")],
)
def test_all_of_a_kind_have_a_topic(kind: str, all_of_it: str) -> None:
    assert family(kind) == all_of_it


def test_what_core_events_ask_for_are_permissions_that_exist() -> None:
    assert {kind.permission for kind in CORE_EVENTS} - CORE.keys() == {""}
