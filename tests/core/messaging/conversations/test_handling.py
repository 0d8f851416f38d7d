"""Who answers: taken over, handed back, told to the rest of the house; and who waits for an answer."""

from datetime import timedelta

import pytest

from aerostic.messaging.contacts.merge import merge
from aerostic.messaging.conversations.handling import bots_paused, hand_back, open_conversation, take_over
from aerostic.messaging.models import Contact, Conversation
from tests.core.messaging.conversations.talk import Talk
from tests.support.factories import make_contact

pytestmark = pytest.mark.usefixtures("app")
CHANGES = (
    "SELECT data ->> 'handled_by' FROM outbox WHERE tenant_id = %s AND type = 'conversation.changed' ORDER BY position"
)


def waiting(talk: Talk) -> bool:
    with talk.scope() as session:
        return talk.conversation(session).unanswered_since is not None


def test_a_person_takes_over_and_hands_back(admin):
    talk = Talk.begin()
    talk.hear("hello")
    seen = []
    for step in (
        lambda session, row: take_over(session, row, talk.user_id),
        lambda session, row: take_over(session, row, talk.user_id),
        hand_back,
        hand_back,
    ):
        with talk.scope() as session:
            step(session, talk.conversation(session))
            session.flush()
            seen.append(bots_paused(session, talk.conversation(session).id))
    assert seen == [True, True, False, False]
    assert [by for (by,) in admin.execute(CHANGES, (talk.tenant_id,))] == ["person", "bot"]


def test_the_first_message_nobody_answered_says_how_long_somebody_waits():
    talk = Talk.begin()
    for ago in (3, 5, 1):
        talk.hear("hello", ago=timedelta(minutes=ago))
    with talk.scope() as session:
        row = talk.conversation(session)
        assert round((row.last_message_at - row.unanswered_since).total_seconds() / 60) == 4


@pytest.mark.parametrize("kind", ["reaction", "revoke", "edit", "system"])
def test_nobody_waits_who_only_reacts(kind):
    talk = Talk.begin()
    talk.hear({"type": kind, kind: {}})
    assert not waiting(talk)


def test_a_conversation_can_be_begun_by_us_once():
    talk = Talk.begin()
    with talk.scope() as session:
        first = open_conversation(session, talk.tenant_id, talk.number.id, talk.contact.id)
    with talk.scope() as session:
        assert open_conversation(session, talk.tenant_id, talk.number.id, talk.contact.id) == first
    assert (talk.id, waiting(talk)) == (first, False)


def test_where_two_contacts_turn_out_to_be_one_the_person_goes_on_answering():
    talk = Talk.begin()
    talk.hear("hello")
    nameless = make_contact(talk.tenant_id)
    with talk.scope() as session:
        session.query(Contact).filter_by(id=nameless.id).update({"phone_sealed": None, "phone_index": None})
        session.add(
            Conversation(
                tenant_id=talk.tenant_id, number_id=talk.number.id, contact_id=nameless.id, handled_by="person",
                handled_by_user=talk.user_id,
            )
        )  # fmt: skip
    with talk.scope() as session:
        merge(session, talk.tenant_id, talk.contact.id, nameless.id)
    with talk.scope() as session:
        row = talk.conversation(session)
        assert (row.handled_by, row.handled_by_user, waiting(talk)) == ("person", talk.user_id, True)
