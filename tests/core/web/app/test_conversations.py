"""The conversation pages through the real application."""

from datetime import timedelta

import pytest

from aerostic.db import new_id
from aerostic.messaging.models import Conversation, Message
from tests.core.messaging.conversations.talk import Talk
from tests.core.web.app.conversations import form_key, path, visit
from tests.support.factories import make_contact, make_template, make_tenant


def ours(talk: Talk) -> list[Message]:
    with talk.scope() as session:
        return list(session.query(Message).filter_by(direction="out").order_by(Message.id))


def write(client, talk: Talk, words: str, key: str = "", **more):
    key = key or str(new_id())
    return client.post_form(f"{path(talk)}/reply", {"form_key": key, "words": words, **more})


def test_the_list_shows_who_wrote_and_what(app):
    talk = Talk.begin(name="Ada Lovelace")
    talk.hear("Are you open?")
    page = visit(app, talk.tenant_id).get("/conversations").text
    assert "Ada Lovelace" in page and "Are you open?" in page and "Not answered" in page


def test_a_conversation_shows_its_messages_and_the_time_left(app):
    talk = Talk.begin()
    talk.hear("Are you *open*?")
    page = visit(app, talk.tenant_id).get(path(talk)).text
    assert "Are you <strong>open</strong>?" in page and "23 h left" in page and 'name="words"' in page


def test_what_people_write_is_never_markup(app):
    talk = Talk.begin(name="<i>Ada</i>")
    talk.hear("<script>alert(1)</script> *<b>*")
    page = visit(app, talk.tenant_id).get(path(talk)).text
    assert "<script>alert" not in page and "<i>Ada" not in page and "<strong>&lt;b&gt;</strong>" in page


def test_an_answer_is_sent_and_shown(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    client = visit(app, talk.tenant_id, "agent")
    answer = write(client, talk, "We are.", form_key(client.get(path(talk)).text))
    assert (answer.status_code, answer.location) == (303, path(talk))
    assert [message.content["content"]["text"]["body"] for message in ours(talk)] == ["We are."]
    page = client.get(path(talk)).text
    assert "We are." in page and "Kit" in page and "Hand back to bots" in page


def test_the_same_form_sent_twice_sends_once(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    client = visit(app, talk.tenant_id)
    key = form_key(client.get(path(talk)).text)
    assert [write(client, talk, "We are.", key).status_code for _ in range(2)] == [303, 303]
    assert len(ours(talk)) == 1


def test_a_closed_window_offers_templates_and_takes_no_words(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    talk.close_window()
    make_template(talk.tenant_id, talk.account, name="come_back")
    client = visit(app, talk.tenant_id)
    page = client.get(path(talk)).text
    assert "Window closed" in page and "come_back" in page and 'name="words"' not in page
    answer = write(client, talk, "A crafted word")
    assert answer.status_code == 422 and "The 24-hour window is closed" in answer.text
    assert ours(talk) == []


def test_a_template_is_chosen_filled_in_and_sent(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    talk.close_window()
    made = make_template(talk.tenant_id, talk.account)
    client = visit(app, talk.tenant_id)
    page = client.get(f"{path(talk)}?template={made.id}&value=Bo").text
    assert "Hello Bo, a word from us." in page
    data = {"form_key": form_key(page), "template": str(made.id), "value": "Bo"}
    assert client.post_form(f"{path(talk)}/template", data).status_code == 303
    assert "Hello Bo, a word from us." in client.get(path(talk)).text


def test_a_refused_template_keeps_what_was_typed(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    made = make_template(talk.tenant_id, talk.account)
    data = {"form_key": str(new_id()), "template": str(made.id), "value": "B" * 1025}
    answer = visit(app, talk.tenant_id).post_form(f"{path(talk)}/template", data)
    assert answer.status_code == 422 and "is longer than 1024 characters" in answer.text and "B" * 1025 in answer.text


def test_no_template_chosen_is_asked_for(app):
    talk = Talk.begin()
    talk.hear("Are you open?")
    answer = visit(app, talk.tenant_id).post_form(f"{path(talk)}/template", {"form_key": str(new_id())})
    assert answer.status_code == 422 and "Choose a template first." in answer.text


def test_what_cannot_be_paid_is_refused_with_what_to_do(app):
    talk = Talk.begin(money=0)
    talk.hear("Are you open?")
    made = make_template(talk.tenant_id, talk.account)
    data = {"form_key": str(new_id()), "template": str(made.id), "value": "Bo"}
    answer = visit(app, talk.tenant_id).post_form(f"{path(talk)}/template", data)
    assert answer.status_code == 422 and "Top up the wallet" in answer.text


def test_taking_over_and_handing_back(app):
    talk = Talk.begin()
    talk.hear("hello")
    client = visit(app, talk.tenant_id)
    seen = []
    for act in ("take-over", "hand-back"):
        assert client.post_form(f"{path(talk)}/{act}").status_code == 303
        with talk.scope() as session:
            seen.append(talk.conversation(session).handled_by)
    assert seen == ["person", "bot"]


def test_who_may_only_read_gets_no_composer_and_no_way_around_it(app):
    talk = Talk.begin()
    talk.hear("hello")
    client = visit(app, talk.tenant_id, "viewer")
    page = client.get(path(talk)).text
    assert "hello" in page and 'name="words"' not in page and "take-over" not in page
    posts = ("reply", "template", "take-over", "hand-back")
    assert [client.post_form(f"{path(talk)}/{act}").status_code for act in posts] == [403] * 4
    assert client.post_form("/conversations/begin").status_code == 403


@pytest.mark.parametrize("act", ["", "/reply", "/template", "/take-over", "/hand-back"])
def test_another_workspaces_conversation_is_not_there(app, act):
    talk = Talk.begin()
    talk.hear("hello")
    client = visit(app, make_tenant().id)
    data = {"form_key": str(new_id()), "words": "hi", "template": str(new_id())}
    answer = (
        client.post_form(path(talk) + act, data) if act else client.get(path(talk), headers={"Accept": "text/html"})
    )
    assert answer.status_code == 404 and "hello" not in answer.text
    assert ours(talk) == []


def test_a_conversation_is_begun_from_a_contact(app):
    talk = Talk.begin()
    contact = make_contact(talk.tenant_id)
    client = visit(app, talk.tenant_id, "agent")
    data = {"contact": str(contact.id), "number": str(talk.number.id)}
    answers = [client.post_form("/conversations/begin", data) for _ in range(2)]
    with talk.scope() as session:
        begun = session.query(Conversation).one()
    assert [answer.location for answer in answers] == [f"/conversations/{begun.id}"] * 2
    stranger = {"contact": str(make_contact(make_tenant().id).id), "number": str(talk.number.id)}
    assert client.post_form("/conversations/begin", stranger).status_code == 404


def test_older_messages_come_when_they_are_asked_for_and_new_ones_join_those_that_are_shown(app):
    talk = Talk.begin()
    for number in range(45):
        talk.hear(f"word {number}.", ago=timedelta(minutes=45 - number))
    client = visit(app, talk.tenant_id)
    page = client.get(path(talk)).text
    assert "word 4." not in page and "word 5." in page
    older = page[page.index("?before=") :].split('"', 1)[0]
    assert "word 4." in client.get(path(talk) + older).text
    since = page[page.index("?since=") :].split('"', 1)[0]
    talk.hear("word 45.")
    fresh = client.get(path(talk) + since).text
    assert "word 5." in fresh and "word 45." in fresh and "word 4." not in fresh


def test_filters_and_nonsense_in_the_address_do_no_harm(app):
    talk = Talk.begin()
    talk.hear("hello")
    client = visit(app, talk.tenant_id)
    asked = ("?q=grace", "?only=unanswered", "?only=x&number=x&after=x", "?number=" + str(talk.number.id))
    shown = ["Ada" in client.get("/conversations" + query).text for query in asked]
    assert shown == [False, True, True, True]
    assert client.get(f"{path(talk)}?before=x&since=y&template=z").status_code == 200
