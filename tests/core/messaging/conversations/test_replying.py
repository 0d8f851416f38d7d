"""A person answers: once a form, within the window, with a name to it, and bots keep silent from then on."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.ledger import InsufficientFundsError
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.conversations.handling import bots_paused
from aerostic.messaging.conversations.replying import REFUSALS, Answer, ReplyError, reply_template, reply_text
from aerostic.messaging.models import Message
from tests.core.messaging.conversations.talk import PHONE, Talk
from tests.support.factories import make_account, make_template, make_tenant

pytestmark = pytest.mark.usefixtures("app")
CHANGES = "SELECT data FROM outbox WHERE tenant_id = %s AND type = 'conversation.changed' ORDER BY position"


def say(talk: Talk, words: str = "Hi Ada", answer: Answer | None = None):
    with talk.scope() as session:
        return reply_text(session, answer or talk.answer(), words)


def refusal(talk: Talk, words: str = "Hi Ada") -> str:
    with pytest.raises(ReplyError) as refused:
        say(talk, words)
    return refused.value.code


def ours(talk: Talk) -> list[Message]:
    with talk.scope() as session:
        return list(session.query(Message).filter_by(direction="out").order_by(Message.id))


def test_an_answer_is_planned_as_a_reply_with_its_author(admin):
    talk = Talk.begin()
    talk.hear("Are you open?")
    say(talk, " We are. ")
    (message,) = ours(talk)
    assert (message.state, message.priority, message.category, message.source) == ("planned", 1, "service", "person")
    assert message.content == {
        "to": PHONE,
        "user_id": None,
        "content": {"type": "text", "text": {"body": "We are.", "preview_url": True}},
    }
    assert (message.conversation_id, message.details) == (talk.id, {"user_id": str(talk.user_id)})
    assert [entry.author for entry in talk.entries()] == ["", "Ann"]


def test_an_answer_takes_the_conversation_over_and_ends_the_waiting(admin):
    talk = Talk.begin()
    talk.hear("Are you open?", ago=timedelta(hours=1))
    with talk.scope() as session:
        assert (bots_paused(session, talk.id), talk.conversation(session).unanswered_since is None) == (False, False)
    say(talk)
    with talk.scope() as session:
        conversation = talk.conversation(session)
        assert bots_paused(session, conversation.id)
        assert (conversation.handled_by_user, conversation.unanswered_since) == (talk.user_id, None)
        assert utcnow() - conversation.last_message_at < timedelta(minutes=1)
    told = {"conversation_id": str(talk.id), "handled_by": "person"}
    assert [data for (data,) in admin.execute(CHANGES, (talk.tenant_id,))] == [told, told]


def test_the_same_form_sent_again_sends_nothing(admin):
    talk = Talk.begin()
    talk.hear("Are you open?")
    answer = talk.answer()
    assert say(talk, "Yes", answer) == say(talk, "Yes, again", answer)
    assert len(ours(talk)) == 1


def test_of_a_form_sent_twice_at_once_one_message_leaves(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    answer = talk.answer()
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(copy_context().run, say, talk, "Yes", answer) for _ in range(4)]
        assert len({one.result() for one in sent}) == 1
    assert len(ours(talk)) == 1


def test_free_words_are_refused_once_the_window_is_closed():
    talk = Talk.begin()
    talk.hear("Are you open?")
    talk.close_window()
    assert refusal(talk) == "closed"
    assert ours(talk) == []


@pytest.mark.parametrize(("words", "code"), [("", "empty"), (" \n ", "empty"), ("x" * 4097, "long")])
def test_words_that_cannot_be_sent_are_refused(words, code):
    talk = Talk.begin()
    talk.hear("Are you open?")
    assert refusal(talk, words) == code


def test_who_wants_no_messages_at_all_gets_none():
    talk = Talk.begin()
    talk.hear("Are you open?")
    with talk.scope() as session:
        opt_out(session, talk.tenant_id, talk.contact.id, source="test", at=utcnow(), category="all")
    assert refusal(talk) == "opted_out"


def test_who_wants_no_marketing_is_still_answered():
    talk = Talk.begin()
    talk.hear("STOP")
    with talk.scope() as session:
        opt_out(session, talk.tenant_id, talk.contact.id, source="test", at=utcnow())
    say(talk)
    assert len(ours(talk)) == 1


def test_nothing_is_sent_without_the_money_for_it():
    talk = Talk.begin(money=0)
    talk.hear("Are you open?")
    made = make_template(talk.tenant_id, talk.account)
    with pytest.raises(InsufficientFundsError), talk.scope() as session:
        reply_template(session, talk.answer(), made.id, ["Ada"])
    assert ours(talk) == []


def test_another_tenants_conversation_is_not_there():
    talk = Talk.begin()
    talk.hear("Are you open?")
    stranger = make_tenant()
    with pytest.raises(ReplyError) as refused, transaction(tenant_scope(stranger.id)) as session:
        reply_text(session, Answer(stranger.id, talk.id, talk.user_id, new_id()), "Hi")
    assert refused.value.code == "gone"


def test_a_template_is_sent_when_the_window_is_closed():
    talk = Talk.begin()
    talk.hear("Are you open?")
    talk.close_window()
    made = make_template(talk.tenant_id, talk.account)
    with talk.scope() as session:
        reply_template(session, talk.answer(), made.id, ["Bo"])
    assert (ours(talk)[0].kind, ours(talk)[0].category) == ("template", "marketing")
    assert talk.entries()[-1].body.text == "Hello Bo, a word from us."


def test_a_marketing_template_is_refused_to_who_wants_no_marketing():
    talk = Talk.begin()
    talk.hear("STOP")
    with talk.scope() as session:
        opt_out(session, talk.tenant_id, talk.contact.id, source="test", at=utcnow())
    assert template_refusal(talk, make_template(talk.tenant_id, talk.account).id) == "opted_out"


def test_only_an_approved_template_of_the_numbers_account_is_sent():
    talk = Talk.begin()
    talk.hear("Hello")
    elsewhere = make_template(talk.tenant_id, make_account(talk.tenant_id))
    paused = make_template(talk.tenant_id, talk.account, status="PAUSED")
    codes = [template_refusal(talk, id_) for id_ in (elsewhere.id, paused.id, new_id())]
    assert codes == ["template", "template", "template"]


def test_values_that_do_not_fit_are_refused_with_the_place():
    talk = Talk.begin()
    talk.hear("Hello")
    made = make_template(talk.tenant_id, talk.account, name="offer")
    with pytest.raises(ReplyError, match="The body value '1' of offer is empty") as refused, talk.scope() as session:
        reply_template(session, talk.answer(), made.id, [" "])
    assert refused.value.code == "values"


def test_every_refusal_says_what_to_do():
    assert all(text.endswith(".") for text in REFUSALS.values())


def template_refusal(talk: Talk, template_id) -> str:
    with pytest.raises(ReplyError) as refused, talk.scope() as session:
        reply_template(session, talk.answer(), template_id, ["Ada"])
    return refused.value.code
