"""A flow tried out in the builder's phone: real steps, real prices, real refusals, and nothing left of it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from aerostic.db import metadata, platform_scope, transaction
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.runs.pretending import Said
from aerostic.flows.runs.trials import Trial, try_out
from tests.support.flowing import Shop, flow, node

ASK = node("ask", "messages.ask", text="Your name?", variable="name")
HELLO = node("hi", "messages.text", text="Hello {{ vars.name }}")
TALK = flow(ASK, HELLO, edges="in>ask ask>hi")


def tried(shop: Shop, document: Document, *said: Said, **how: Any) -> Trial:
    return try_out(shop.tenant_id, document, said or [Said("text", "hello")], **how)


def talk(trial: Trial) -> list[tuple[bool, str]]:
    return [(one.ours, one.body.text) for one in trial.bubbles]


def path(trial: Trial) -> str:
    return " ".join(f"{step.node}:{step.port or step.fate}" for step in trial.steps)


def rows() -> dict[str, int]:
    """How many rows every table has."""
    with transaction(platform_scope("tests")) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }


def test_it_says_what_it_would_and_hears_what_is_answered(shop: Shop) -> None:
    trial = tried(shop, TALK)
    assert (trial.ending, trial.awaits, talk(trial)) == ("waiting", "reply", [(False, "hello"), (True, "Your name?")])
    trial = tried(shop, TALK, Said("text", "hello"), Said("text", "Grace"))
    assert (trial.ending, path(trial)) == ("ended", "in:next ask:waiting ask:next hi:next")
    assert talk(trial)[2:] == [(False, "Grace"), (True, "Hello Grace")]
    assert [one.after for one in trial.bubbles] == [0, 2, 2, 4]


def test_nothing_is_left_of_it(shop: Shop) -> None:
    drawn = flow(node("tag", "logic.tag", tag="vip"), HELLO, edges="in>tag tag>hi")
    before = rows()
    assert path(tried(shop, drawn)) == "in:next tag:next hi:next"
    assert (rows(), shop.sent(), shop.runs()) == (before, [], [])


def test_what_it_would_cost_is_told_by_step(shop: Shop) -> None:
    drawn = flow(HELLO, node("again", "messages.text", text="And again"), edges="in>hi hi>again")
    costs = tried(shop, drawn).costs
    assert set(costs) <= {2, 3}


def test_buttons_can_be_tapped(shop: Shop) -> None:
    ask = node("ask", "messages.ask", text="Tea?", expects="choice", choices=["Yes", "No"], variable="tea")
    drawn = flow(ask, node("hi", "messages.text", text="{{ vars.tea }}"), edges="in>ask ask>hi")
    assert tried(shop, drawn).bubbles[-1].choices == (("Yes", "Yes"), ("No", "No"))
    trial = tried(shop, drawn, Said("text", "hello"), Said("text", "No", "No"))
    assert talk(trial)[-1] == (True, "No")


def test_time_passes_when_it_is_let(shop: Shop) -> None:
    late = node("late", "messages.text", text="Too late")
    drawn = flow(ASK, late, edges="in>ask ask.late>late")
    trial = tried(shop, drawn, Said("text", "hello"), Said("time"))
    assert (path(trial), talk(trial)[-1]) == ("in:next ask:waiting ask:late late:next", (True, "Too late"))
    waits = flow(node("w", "logic.wait", amount=2, unit="days"), HELLO, edges="in>w w>hi")
    trial = tried(shop, waits)
    assert (trial.ending, trial.awaits) == ("waiting", "")
    assert path(tried(shop, waits, Said("text", "x"), Said("time"))) == "in:next w:waiting w:next hi:next"


def test_with_the_window_closed_words_are_refused_as_they_would_be(shop: Shop) -> None:
    trial = tried(shop, flow(HELLO, edges="in>hi"), open_window=False)
    assert (trial.ending, trial.steps[-1].error[0], talk(trial)) == ("failed", "closed", [(False, "hello")])


def test_no_other_system_is_asked(shop: Shop) -> None:
    call = node("call", "http.request", url="https://example.com/x", method="POST")
    trial = tried(shop, flow(call, HELLO, edges="in>call call>hi"))
    assert (trial.assumed, path(trial)) == ({2}, "in:next call:next hi:next")


def test_what_blocks_is_told_before_anything_runs(shop: Shop) -> None:
    with pytest.raises(NotReadyError) as refused:
        tried(shop, flow(node("hi", "messages.text"), edges="in>hi"))
    assert [one.node for one in refused.value.problems] == ["hi"]


def called(shop: Shop, drawn: Document) -> Document:
    """A flow that calls a published one, and tells what that gave."""
    child = shop.publish(drawn)
    call = node("call", "logic.call", flow=str(child))
    return flow(call, node("hi", "messages.text", text="Got {{ steps.call.size }}"), edges="in>call call>hi")


CHILD = flow(ASK, node("end", "logic.end", output={"size": "{{ vars.name }}"}), edges="in>ask ask>end")


def test_a_flow_that_is_called_speaks_listens_and_gives(shop: Shop) -> None:
    drawn = called(shop, CHILD)
    trial = tried(shop, drawn)
    assert (trial.ending, trial.awaits, talk(trial)[-1]) == ("waiting", "reply", (True, "Your name?"))
    trial = tried(shop, drawn, Said("text", "hello"), Said("text", "XL"))
    assert (path(trial), talk(trial)[-1]) == ("in:next call:waiting call:next hi:next", (True, "Got XL"))
    assert ([one.after for one in trial.bubbles], trial.assumed) == ([0, 2, 2, 4], set())


def test_one_that_fails_goes_on_by_the_way_for_it(shop: Shop) -> None:
    bad = flow(node("bad", "logic.set", name="x", value="{{ 1 / 0 }}"), edges="in>bad")
    trial = tried(shop, called(shop, bad))
    assert (trial.ending, trial.steps[-1].error[0]) == ("failed", "called")


def test_it_can_be_about_a_contact_who_is_left_as_they_are(shop: Shop) -> None:
    tag = node("tag", "logic.tag", tag="vip")
    drawn = flow(tag, node("hi", "messages.text", text="Hello {{ contact.name }}"), edges="in>tag tag>hi")
    before = rows()
    assert talk(tried(shop, drawn, contact_id=shop.contact.id))[-1] == (True, "Hello Ada Lovelace")
    assert rows() == before


@pytest.mark.parametrize(("media", "text"), [("image", "My receipt"), ("location", "")])
def test_something_else_than_words_can_be_sent(shop: Shop, media: Any, text: str) -> None:
    told = flow(node("hi", "messages.text", text="{{ message.kind }}: {{ message.text }}"), edges="in>hi")
    trial = tried(shop, told, Said("text", text, media=media))
    assert talk(trial)[-1] == (True, f"{media}: {text or 'Brandenburger Tor'}")
    heard = trial.bubbles[0].body
    assert (heard.kind, bool(heard.attachment), bool(heard.place)) == (media, media == "image", media == "location")


def test_a_location_that_is_asked_for_is_taken(shop: Shop) -> None:
    ask = node("ask", "messages.location_request", text="Where?")
    drawn = flow(ask, node("hi", "messages.text", text="{{ vars.location.name }}"), edges="in>ask ask>hi")
    trial = tried(shop, drawn, Said("text", "hello"), Said("text", media="location"))
    assert talk(trial)[-1] == (True, "Brandenburger Tor")
