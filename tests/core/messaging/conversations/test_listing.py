"""The list of conversations: newest first, filtered, searched, a page at a time."""

from datetime import timedelta

import pytest

from aerostic.db import new_id, utcnow
from aerostic.messaging.contract import InboundMessage
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.conversations.handling import take_over
from aerostic.messaging.conversations.listing import Filters, Listing, listing
from aerostic.messaging.conversations.replying import reply_text
from aerostic.messaging.inbound.messages import Arrival, apply_messages
from tests.core.messaging.conversations.talk import PHONE, Talk
from tests.support.factories import make_number, make_tenant

pytestmark = pytest.mark.usefixtures("app")
MINUTE = timedelta(minutes=1)


def others(talk: Talk, count: int) -> None:
    """So many people write, the first one the longest ago."""
    items = [
        InboundMessage(
            number=talk.number.external_id, provider_id=f"wamid.{new_id().hex}", phone=f"+1650777{i:04d}", user_id=None,
            username="", name=f"Person {i}", time=utcnow() - (count - i) * MINUTE, kind="text",
            content={"type": "text", "text": {"body": f"word {i}"}},
        )
        for i in range(count)
    ]  # fmt: skip
    with talk.scope() as session:
        apply_messages(session, talk.tenant_id, [Arrival(talk.number.id, item) for item in items])


def listed(talk: Talk, size: int = 30, after: Cursor | None = None, **filters) -> Listing:
    with talk.scope() as session:
        return listing(session, talk.tenant_id, Filters(**filters), after, size)


def names(talk: Talk, **filters) -> list[str]:
    return [row.name for row in listed(talk, **filters).rows]


def test_the_one_who_wrote_last_is_first():
    talk = Talk.begin()
    others(talk, 3)
    talk.hear("hello")
    assert names(talk) == ["Ada", "Person 2", "Person 1", "Person 0"]


def test_a_row_tells_what_was_said_last_and_by_whom():
    talk = Talk.begin()
    talk.hear("Are you open?")
    (row,) = listed(talk).rows
    assert (row.phone, row.last.words, row.inbound, row.unanswered_since is None) == (
        PHONE,
        "Are you open?",
        True,
        False,
    )
    with talk.scope() as session:
        reply_text(session, talk.answer(), "We are.")
    (row,) = listed(talk).rows
    assert (row.last.words, row.inbound, row.fate, row.unanswered_since) == ("We are.", False, "waiting", None)


def test_it_is_read_page_by_page():
    talk = Talk.begin()
    others(talk, 5)
    first = listed(talk, 2)
    second = listed(talk, 2, Cursor.read(str(first.after)))
    third = listed(talk, 2, Cursor.read(str(second.after)))
    pages = [[row.name for row in page.rows] for page in (first, second, third)]
    assert pages == [["Person 4", "Person 3"], ["Person 2", "Person 1"], ["Person 0"]]
    assert third.after is None


def test_people_are_found_by_name_and_by_phone():
    talk = Talk.begin()
    talk.hear("hello")
    others(talk, 2)
    assert (names(talk, search="ada"), names(talk, search=PHONE), names(talk, search="Grace")) == (["Ada"], ["Ada"], [])


def test_filters_leave_out_who_needs_nothing():
    talk = Talk.begin()
    talk.hear("hello")
    others(talk, 1)
    with talk.scope() as session:
        reply_text(session, talk.answer(), "Hi")
    assert (names(talk, only="unanswered"), names(talk, only="person")) == (["Person 0"], ["Ada"])
    assert names(talk, only="open") == ["Ada", "Person 0"]
    talk.close_window()
    assert names(talk, only="open") == ["Person 0"]


def test_conversations_of_one_number_are_listed():
    talk = Talk.begin()
    talk.hear("hello")
    other = make_number(talk.tenant_id, talk.account)
    assert (names(talk, number_id=talk.number.id), names(talk, number_id=other.id)) == (["Ada"], [])


def test_other_tenants_see_nothing_of_it():
    talk = Talk.begin()
    talk.hear("hello")
    stranger = Talk(make_tenant().id, talk.account, talk.number, talk.contact, talk.user_id)
    assert names(stranger) == []


def test_taking_over_is_listed_at_once():
    talk = Talk.begin()
    talk.hear("hello")
    with talk.scope() as session:
        take_over(session, talk.conversation(session), talk.user_id)
    assert names(talk, only="person") == ["Ada"]
