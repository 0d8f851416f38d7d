"""A question is asked, asked again, answered, or given up; and the run goes where it should."""

from typing import Any

import pytest

from tests.support.factories import make_template
from tests.support.flowing import Shop, flow, node

WAYS = "in>q q>done q.invalid>odd q.late>late q.error>bad"
ENDS = [node(id_, "logic.tag", tag=id_) for id_ in ("odd", "late", "bad")]


def asks(shop: Shop, kind: str = "messages.ask", **config: Any) -> None:
    shop.publish(flow(node("q", kind, **config), node("done", "logic.tag", tag="{{ vars.answer }}"), *ENDS, edges=WAYS))
    shop.says("hello")


@pytest.mark.parametrize(
    ("expects", "wrong", "right", "answer"),
    [
        ("email", "ada", "Ada@Example.org", "Ada@example.org"),
        ("number", "many", "1.234,5", "1234.5"),
        ("date", "soon", "3. Mai 2027", "2027-05-03"),
        ("choice", "green", "Blue", "blue"),
    ],
)
def test_what_does_not_fit_is_asked_again_and_what_fits_goes_on(
    shop: Shop, expects: str, wrong: str, right: str, answer: str
):
    with shop.scope() as session:
        session.get_one(type(shop.contact), shop.contact.id).locale = "de"
    asks(
        shop, text="Which?", again="Once more?", expects=expects, choices=["red", "blue"] if expects == "choice" else []
    )
    shop.says(wrong)
    shop.says(right)
    assert (shop.words(), shop.tags()) == (["Which?", "Once more?"], [answer])


def test_a_tap_on_a_button_is_an_answer(shop: Shop):
    asks(shop, text="Which?", expects="choice", choices=["red", "blue"])
    shop.taps("red")
    assert shop.tags() == ["red"]


def test_after_so_many_tries_it_is_given_up(shop: Shop):
    asks(shop, text="How many?", expects="number", tries=2)
    for words in ("many", "a lot"):
        shop.says(words)
    assert (shop.words(), shop.tags()) == (["How many?", "How many?"], ["odd"])
    assert shop.path() == "in:next q:waiting q:waiting q:invalid odd:next"


def test_an_answer_that_does_not_come_in_time_goes_another_way(shop: Shop):
    asks(shop, text="How many?", hours=2)
    shop.passes(hours=1)
    assert shop.tags() == []
    shop.passes(hours=1, minutes=1)
    assert shop.tags() == ["late"]


def test_a_question_that_cannot_be_sent_goes_the_error_way(shop: Shop):
    shop.publish(
        flow(node("w", "logic.wait"), node("q", "messages.ask", text="?"), *ENDS, edges="in>w w>q q.error>bad")
    )
    shop.says("hello")
    shop.close_window()
    shop.passes(hours=2)
    assert (shop.errors(), shop.tags()) == ([("q", "closed")], ["bad"])


def test_a_place_is_asked_for_and_kept(shop: Shop):
    ask = node("q", "messages.location_request", text="Where?", again="Please tap the button.")
    shop.publish(flow(ask, node("t", "logic.tag", tag="{{ vars.location.latitude }}"), edges="in>q q>t"))
    shop.says("hello")
    shop.says("at home")
    shop.says({"type": "location", "location": {"latitude": 52.5, "longitude": 13.4, "name": "Home"}})
    assert (shop.words(), shop.tags()) == (["Where?", "Please tap the button."], ["52.5"])


def test_who_is_written_to_first_by_a_flow_is_heard_when_they_answer(shop: Shop):
    """A run that no message started belongs to no conversation, until it writes."""
    template = make_template(shop.tenant_id, shop.account, category="UTILITY")
    start = {"id": "in", "kind": "logic.opted_out"}
    write = node("m", "messages.template", template=template.name, values=["Ada"])
    wait, tag = node("w", "logic.wait_reply"), node("t", "logic.tag", tag="{{ vars.answer }}")
    shop.publish(flow(write, wait, tag, edges="in>m m>w w>t", start=start))
    shop.happens("contact.opted_out", {"contact_id": str(shop.contact.id), "source": "api"})
    shop.says("fine")
    assert (shop.path(), shop.tags()) == ("in:next m:next w:waiting w:next t:next", ["fine"])
