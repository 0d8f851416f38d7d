"""Reading a conversation: in order, with campaigns, reactions, edits, quotes and what became of each message."""

from datetime import timedelta

import pytest

from aerostic.db import new_id
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations import thread
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.models import Batch, Message
from tests.core.messaging.conversations.talk import Talk
from tests.support.factories import make_contact, make_number, make_template

pytestmark = pytest.mark.usefixtures("app")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TEXT = {"type": "text", "text": {"body": "Hello"}}


def template_content(name: str, value: str = "Ada") -> dict:
    parameters = [{"type": "text", "text": value}]
    return {
        "type": "template",
        "template": {
            "name": name,
            "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": parameters}],
        },
    }


def words(talk: Talk) -> list[str]:
    return [entry.body.words for entry in talk.entries()]


def test_campaigns_stand_in_the_conversation_in_the_order_people_saw_them():
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account, name="offer")
    talk.hear("first", ago=3 * HOUR)
    # Planned before the first word, but sent after it.
    talk.send(template_content(made.name), ago=4 * HOUR, sending_at=None)
    with talk.scope() as session:
        session.query(Message).filter_by(kind="template").update({"sending_at": Message.created_at + 2 * HOUR})
    talk.hear("second", ago=HOUR)
    assert words(talk) == ["first", "Hello Ada, a word from us.", "second"]


def test_campaign_messages_that_have_not_left_are_not_in_it():
    talk = Talk.begin()
    talk.hear("hello")
    batch = new_id()
    with talk.scope() as session:
        session.add(
            Batch(id=batch, tenant_id=talk.tenant_id, number_id=talk.number.id, source="tests", source_id=batch)
        )
    for state in ("planned", "cancelled"):
        talk.send(TEXT, state=state, status="", batch_id=batch, sending_at=None, accepted_at=None)
    assert words(talk) == ["hello"]


def test_what_others_say_and_what_other_numbers_send_is_not_in_it():
    talk = Talk.begin()
    talk.hear("hello")
    other = make_contact(talk.tenant_id)
    talk.send(TEXT, contact_id=other.id)
    talk.send(TEXT, number_id=make_number(talk.tenant_id, talk.account).id)
    assert words(talk) == ["hello"]


def test_it_is_read_backwards_page_by_page():
    talk = Talk.begin()
    for number in range(7):
        talk.hear(str(number), ago=(7 - number) * MINUTE)
    pages, before = [], None
    while True:
        with talk.scope() as session:
            page = thread.read(session, talk.conversation(session), before, 3)
        pages.append([entry.body.text for entry in page.entries])
        if page.before is None:
            break
        before = Cursor.read(str(page.before))
    assert pages == [["4", "5", "6"], ["1", "2", "3"], ["0"]]


@pytest.mark.parametrize("written", ["", "x", "1-2", "ffffffffffffffffffffff-" + "0" * 32, "-"])
def test_a_cursor_that_is_none_is_read_as_the_beginning(written):
    assert Cursor.read(written) is None


def test_a_reaction_stands_at_its_message_and_the_last_one_counts():
    talk = Talk.begin()
    sent = talk.send(TEXT, ago=HOUR)
    name = f"wamid.{sent.hex}"
    for emoji in ("\U0001f62e", "\U0001f44d"):
        talk.hear({"type": "reaction", "reaction": {"message_id": name, "emoji": emoji}}, reply_to=name)
    assert [(entry.body.text, entry.reaction) for entry in talk.entries()] == [("Hello", "\U0001f44d")]
    talk.hear({"type": "reaction", "reaction": {"message_id": name}}, reply_to=name)
    assert [(entry.body.text, entry.reaction) for entry in talk.entries()] == [("Hello", "")]


def test_a_reaction_to_a_message_on_an_older_page_is_found():
    talk = Talk.begin()
    sent = talk.send(TEXT, ago=HOUR)
    name = f"wamid.{sent.hex}"
    talk.hear("one", ago=2 * MINUTE)
    talk.hear({"type": "reaction", "reaction": {"message_id": name, "emoji": "\U0001f44d"}}, reply_to=name)
    with talk.scope() as session:
        newest = thread.read(session, talk.conversation(session), None, 1)
        older = thread.read(session, talk.conversation(session), newest.before, 1)
    assert [entry.reaction for entry in (*newest.entries, *older.entries)] == ["", "\U0001f44d"]


def test_an_edit_takes_the_place_of_what_was_said():
    talk = Talk.begin()
    name = talk.hear("seven o'clock", ago=MINUTE)
    edit = {"original_message_id": name, "message": {"type": "text", "text": {"body": "eight o'clock"}}}
    talk.hear({"type": "edit", "edit": edit}, reply_to=name)
    (entry,) = talk.entries()
    assert (entry.body, entry.edited, entry.body_id == entry.id) == (Body("text", "eight o'clock"), True, False)


def test_a_message_that_was_taken_back_is_marked():
    talk = Talk.begin()
    name = talk.hear("oops", ago=MINUTE)
    talk.hear({"type": "revoke", "revoke": {"original_message_id": name}}, reply_to=name)
    assert [(entry.body.text, entry.revoked) for entry in talk.entries()] == [("oops", True)]


def test_changes_to_messages_that_are_not_known_stand_for_themselves():
    talk = Talk.begin()
    talk.hear({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "\U0001f44d"}}, reply_to="wamid.x")
    talk.hear({"type": "revoke", "revoke": {"original_message_id": "wamid.x"}}, reply_to="wamid.x")
    assert [entry.body.kind for entry in talk.entries()] == ["reaction", "revoke"]


def test_an_answer_quotes_what_it_answers():
    talk = Talk.begin()
    sent = talk.send(TEXT, ago=HOUR)
    talk.hear("hi!", reply_to=f"wamid.{sent.hex}")
    assert [entry.quoted for entry in talk.entries()] == [None, Body("text", "Hello")]


def test_where_a_person_came_from_and_what_was_passed_on_is_told():
    talk = Talk.begin()
    talk.hear({"type": "text", "text": {"body": "hi"}, "referral": {"headline": "Spring sale"}}, ago=MINUTE)
    talk.hear({"type": "text", "text": {"body": "joke"}, "context": {"frequently_forwarded": True}})
    assert [(entry.advert, entry.forwarded) for entry in talk.entries()] == [("Spring sale", False), ("", True)]


@pytest.mark.parametrize(
    ("state", "status", "fate"),
    [
        ("planned", "", "waiting"),
        ("sending", "", "waiting"),
        ("accepted", "", "sent"),
        ("accepted", "sent", "sent"),
        ("accepted", "delivered", "delivered"),
        ("accepted", "read", "read"),
        ("accepted", "failed", "failed"),
        ("failed", "failed", "failed"),
        ("unknown", "", "unknown"),
        ("cancelled", "", "cancelled"),
    ],
)
def test_how_far_a_message_came(state, status, fate):
    talk = Talk.begin()
    talk.hear("hello", ago=HOUR)
    talk.send(TEXT, state=state, status=status)
    assert [entry.fate for entry in talk.entries()] == ["received", fate]


def test_why_a_message_failed_is_told_in_words():
    talk = Talk.begin()
    talk.hear("hello", ago=HOUR)
    talk.send(TEXT, state="failed", status="failed", error_code=131026, error="Not deliverable.")
    assert [entry.problem for entry in talk.entries()] == ["", "Not deliverable."]
