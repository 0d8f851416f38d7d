"""Each flow that comes ready does what it says, from its first message to its end, as a customer meets it."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from aerostic_flows.ready import FOLDER, READY, ready
from flask import Flask

from aerostic.flows.checking import check
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from aerostic.flows.kinds import kinds_of
from aerostic.messaging.conversations.handling import bots_paused, hand_back
from aerostic.web.incoming.server import Incoming
from tests.support.factories import make_template
from tests.support.flowing import Shop
from tests.support.incoming import reply

FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
NAMES = [one.name for one in READY]
pytestmark = pytest.mark.usefixtures("app")


def begin(shop: Shop, name: str) -> UUID:
    for template, values in ready(name).templates:
        category = "MARKETING" if name == "cart_reminder" else "UTILITY"
        places = [f"{{{{{place}}}}}" for place in range(1, values + 1)]
        variables = [
            {"component": "body", "index": 0, "name": str(place), "kind": "text", "sample": "x"}
            for place in range(1, values + 1)
        ]
        body = {"type": "BODY", "text": f"Hello {' and '.join(places)}.", "example": {"body_text": [["x"] * values]}}
        make_template(
            shop.tenant_id, shop.account, name=template, category=category, components=[body], variables=variables
        )
    return shop.publish(ready(name).document(), ready(name).title)


def paused(shop: Shop) -> bool:
    with shop.scope() as session:
        return bots_paused(session, shop.id)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_problem_and_is_the_same_when_it_has_been_imported_and_exported(shop: Shop, name: str):
    document = ready(name).document()
    with shop.scope() as session:
        assert check(document, kinds_of(session, shop.tenant_id)) == []
    file = (FOLDER / f"{name}.json").read_bytes()
    assert document.text() == file
    assert Document.read(document.text()).text() == file


def test_the_templates_that_are_needed_are_those_that_are_sent():
    for one in READY:
        sent = [node.config for node in one.document().nodes if node.kind == "messages.template"]
        assert [(config["template"], len(config["values"])) for config in sent] == list(one.templates)


def test_welcome_leads_to_a_person_with_the_number_of_the_order(shop: Shop):
    begin(shop, "welcome")
    shop.says("Hello!")
    shop.says("what?")
    shop.taps("My order", "order")
    shop.says(" a-1234 ")
    assert shop.words() == [
        "Hi Ada, welcome to Maple Street Shop! What can we do for you?",
        "Sorry, we did not understand that. Please tap one of the buttons.",
        "Hi Ada, welcome to Maple Street Shop! What can we do for you?",
        "What is the number of your order? You find it in the confirmation, such as A-1234.",
        "Thank you. We look up A-1234 and get back to you here.",
    ]
    assert (shop.runs()[-1].state, paused(shop), shop.tags()) == ("ended", True, ["welcomed"])
    assert shop.person().fields == {"last order asked for": "A-1234"}


@pytest.mark.parametrize(
    ("said", "end", "person"),
    [("See offers", "offers:next", False), ("Talk to a person", "person:next", True), ("thanks", "bye:next", False)],
)
def test_welcome_offers_other_ways(shop: Shop, said: str, end: str, person: bool):
    begin(shop, "welcome")
    shop.says("hi")
    shop.taps(said) if said != "thanks" else shop.says(said)
    assert (shop.path().split()[-1], shop.runs()[-1].state, paused(shop)) == (end, "ended", person)


def test_welcome_keeps_silent_where_somebody_says_more_than_hello(shop: Shop):
    begin(shop, "welcome")
    shop.says("hi, where is my parcel?")
    assert shop.runs() == []


def test_opt_in_writes_the_consent_down(app: Flask, shop: Shop):
    with shop.scope() as session:
        session.get_one(type(shop.contact), shop.contact.id).marketing = "unknown"
    begin(shop, "opt_in")
    shop.says("Send me your news")
    shop.says("hm")
    shop.taps("Yes, please")
    shop.taps("Events")
    person = shop.person()
    assert (person.marketing, shop.tags(), person.fields) == ("granted", ["newsletter"], {"interest": "Events"})
    assert shop.path() == (
        "in:next known:no ask:waiting ask:waiting ask:next agreed:yes opt_in:next tag:next topic:waiting topic:next"
        " field:next thanks:next"
    )
    shop.says("any news?")
    assert shop.words()[-1] == "You are on our list already. To leave it, write STOP at any time."


def test_opt_in_takes_a_no(shop: Shop):
    with shop.scope() as session:
        session.get_one(type(shop.contact), shop.contact.id).marketing = "unknown"
    begin(shop, "opt_in")
    shop.says("offers")
    shop.taps("No, thanks")
    assert (shop.person().marketing, shop.words()[-1]) == ("unknown", "No problem, we write only when you do.")


class Webhooks:
    """The shop's own system, which calls the addresses of a flow."""

    def __init__(self, app: Flask, shop: Shop, flow_id: UUID) -> None:
        self.incoming = Incoming(app)
        with shop.scope() as session:
            self.hooks = {hook.node: (hook.token, hook.secrets["now"]) for hook in keeping.of_flow(session, flow_id)}

    def call(self, node: str, **sent: Any) -> int:
        token, secret = self.hooks[node]
        body = orjson.dumps(sent)
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        told = {"PATH_INFO": f"/flows/{token}", "CONTENT_LENGTH": len(body), "CONTENT_TYPE": "application/json"}
        return reply(self.incoming, told | {"HTTP_X_HUB_SIGNATURE_256": signature}, body).status


@pytest.fixture
def cart(app: Flask, shop: Shop) -> Webhooks:
    shop.clock.now = FRIDAY.replace(hour=18)  # ten in the morning in California
    return Webhooks(app, shop, begin(shop, "cart_reminder"))


def left(cart: Webhooks, shop: Shop) -> int:
    return cart.call("left", phone=shop.contact.phone, name="Ada", url="https://shop.example/b/1")


def test_a_basket_that_is_left_behind_is_reminded_of_once(cart: Webhooks, shop: Shop):
    assert (left(cart, shop), shop.tags(), shop.sent()) == (202, ["basket"], [])
    assert left(cart, shop) == 202
    shop.passes(hours=1, minutes=59)
    assert shop.sent() == []
    shop.passes(minutes=2)
    assert shop.words() == ["[cart_reminder]"]
    values = shop.sent()[0]["template"]["components"][0]["parameters"]
    assert [value["text"] for value in values] == ["Ada", "https://shop.example/b/1"]
    shop.says("How is the delivery?")
    assert (shop.words()[-1], paused(shop), shop.tags()) == (
        "Happy to help! Somebody of our team answers you here shortly.", True, [],
    )  # fmt: skip


def test_who_has_bought_meanwhile_is_left_in_peace(cart: Webhooks, shop: Shop):
    left(cart, shop)
    assert cart.call("bought", phone=shop.contact.phone) == 202
    shop.passes(hours=3)
    assert (shop.sent(), shop.tags(), {run.state for run in shop.runs()}) == ([], [], {"ended"})


def test_nobody_is_reminded_at_night_or_without_consent(cart: Webhooks, shop: Shop):
    shop.clock.now = FRIDAY + timedelta(hours=15)  # seven in the evening in California
    left(cart, shop)
    shop.passes(hours=3)
    assert shop.sent() == []
    with shop.scope() as session:
        session.get_one(type(shop.contact), shop.contact.id).marketing = "withdrawn"
    shop.passes(hours=12)
    assert (shop.sent(), shop.tags(), {run.state for run in shop.runs()}) == ([], [], {"ended"})


def test_an_appointment_is_found_booked_and_reminded_of(shop: Shop):
    shop.clock.now = FRIDAY
    begin(shop, "appointment")
    shop.says("I need an appointment")
    shop.taps("Fitting")
    shop.says("one day")
    shop.says("5 December")
    shop.taps("Midday")
    shop.taps("Another day")
    shop.says("7 December")
    shop.taps("Morning")
    shop.taps("Book it")
    assert shop.words()[-1].startswith("Booked: Monday, 7 December, morning. We remind you the day before.")
    assert (shop.person().fields, shop.tags()) == ({"appointment": "2026-12-07 morning, Fitting"}, ["appointment"])
    shop.clock.now = datetime(2026, 12, 6, 17, 59, tzinfo=UTC)  # a minute before ten in California
    shop.passes(seconds=1)
    assert "[appointment_reminder]" not in shop.words()
    shop.passes(minutes=2)
    assert shop.words()[-1] == "[appointment_reminder]"
    values = shop.sent()[-1]["template"]["components"][0]["parameters"]
    assert [value["text"] for value in values] == ["Ada", "Monday, 7 December", "morning"]
    shop.says("Sorry, I cannot come")
    assert (shop.words()[-1], paused(shop), shop.tags()) == (
        "Thank you for telling us. Somebody of our team looks for another day with you.", True, [],
    )  # fmt: skip


def test_an_appointment_that_is_soon_is_confirmed_by_a_person(shop: Shop):
    shop.clock.now = FRIDAY
    begin(shop, "appointment")
    for words in ("appointment", "Repair", "27 November", "Morning", "Book it"):
        shop.says(words)
    assert (shop.words()[-1], paused(shop)) == ("That is soon! Somebody of our team confirms it here.", True)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (FRIDAY, "Thank you. Somebody of our team answers you here shortly."),
        (FRIDAY + timedelta(hours=10), "Thank you. We are back on Monday at 09:00 and answer you first thing."),
    ],
)
def test_support_asks_and_hands_over_with_what_it_has_learnt(shop: Shop, now: datetime, said: str):
    shop.clock.now = now
    begin(shop, "support_triage")
    for words in ("I need help", "My order", "A-17", "It arrived broken"):
        shop.says(words)
    assert (shop.words()[-1], paused(shop), shop.tags()) == (said, True, ["support"])
    assert shop.person().fields == {"last question": "My order: A-17, It arrived broken"}
    assert shop.steps()[-1].output == {"note": "My order"}


def test_support_answers_what_it_can(shop: Shop):
    begin(shop, "support_triage")
    for words in ("help", "Return or refund", "Yes, thank you"):
        shop.says(words)
    assert (shop.words()[-1], paused(shop), shop.tags()) == (
        'Glad to hear it. Write "help" whenever you need us.',
        False,
        [],
    )


def test_support_hands_over_who_falls_silent(shop: Shop):
    begin(shop, "support_triage")
    shop.says("help")
    shop.says("My order")
    shop.passes(hours=25)
    assert (shop.path().split()[-2:], paused(shop)) == (["number:late", "person:next"], True)


def test_a_survey_thanks_who_is_happy(shop: Shop):
    begin(shop, "survey")
    for words in ("feedback", "5", "The cake"):
        shop.says(words)
    assert (shop.words()[-1], paused(shop), shop.tags()) == ("Thank you for your time, Ada!", False, ["happy"])
    assert shop.person().fields == {"rating": "5", "feedback": "The cake"}


def test_a_survey_puts_who_is_unhappy_before_a_person(shop: Shop):
    begin(shop, "survey")
    for words in ("survey", "7", "2", "Too slow"):
        shop.says(words)
    assert (paused(shop), shop.tags(), shop.steps()[-1].output) == (True, ["unhappy"], {"note": "Rated us 2"})
    with shop.scope() as session:
        hand_back(session, shop.conversation(session))


def test_the_words_that_start_them_start_no_two_at_once(shop: Shop):
    for name in NAMES:
        begin(shop, name)
    starts = [
        node.config["words"]
        for name in NAMES
        for node in ready(name).document().nodes
        if node.kind == "messages.received"
    ]
    for word in {word for words in starts for word in words}:
        before = len(shop.runs())
        shop.says(word)
        assert len(shop.runs()) == before + 1, word
        shop.cancel()
        with shop.scope() as session:
            hand_back(session, shop.conversation(session))
