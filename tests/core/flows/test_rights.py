"""What flows hold of a person is told to them, goes with them, and moves with them."""

from uuid import UUID

import orjson
import pytest
from sqlalchemy import select, update

from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.flows.models import FlowRun, FlowStretch
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.trying import start
from aerostic.flows.runs.waking import wake_due
from aerostic.messaging.contacts.merge import merge
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import Contact
from aerostic.messaging.rights.erasing import erase
from aerostic.messaging.rights.retention import people
from aerostic.messaging.rights.taking import pieces
from tests.core.flows.nodes import Try
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.core.flows.test_runs import ASK, OUTSIDE
from tests.support.factories import make_contact

NOBODY = (None, None, None, None)


def erased(shop: Shop) -> None:
    with transaction(tenant_scope(shop.id)) as session:
        erase(session, shop.id, shop.contact.id, reason="asked for it")


def of_a_person(run: FlowRun) -> tuple[object, ...]:
    return run.contact_id, run.conversation_id, run.going_sealed, run.journal_sealed


def stretches(shop: Shop) -> list[UUID]:
    with transaction(tenant_scope(shop.id)) as session:
        return list(session.scalars(select(FlowStretch.run_id)))


def test_everything_that_a_run_knows_and_did_is_in_the_persons_file(shop: Shop):
    shop.publish(ASK)
    shop.writes("hello")
    shop.writes("vip")
    shop.writes("hello again")
    found = orjson.loads(b"".join(pieces(shop.id, shop.contact.id)))["flows.runs"]
    assert [(run["flow"], run["state"]) for run in found] == [("Flow", "ended"), ("Flow", "waiting")]
    steps = [(step["step"], step["came_to"], step["gave"].get("answer")) for step in found[0]["steps"]]
    assert steps == [("a", "next", None), ("q", "waiting", None), ("q", "next", "vip"), ("t", "next", None)]
    assert found[1]["began_with"]["message"]["text"] == "hello again"


def test_an_erased_person_is_in_no_run_and_what_went_on_is_given_up(shop: Shop):
    shop.publish(ASK)
    for said in ("hello", "vip", "hello again"):
        shop.writes(said)
    assert stretches(shop) != []
    erased(shop)
    runs = shop.runs()
    assert [(run.state, run.steps, of_a_person(run)) for run in runs] == [
        ("ended", 4, NOBODY),
        ("cancelled", 2, NOBODY),
    ]
    assert (stretches(shop), runs[1].awaits) == ([], "")


def test_what_a_worker_was_at_meanwhile_brings_nothing_back(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(OUTSIDE)
    shop.writes("hello")

    def asks(self: Try, context: object, config: object) -> object:
        erased(shop)
        return original(self, context, config)

    original = Try.run
    with monkeypatch.context() as patched:
        patched.setattr(Try, "run", asks)
        wake_due()
    (run,) = shop.runs()
    assert (run.state, of_a_person(run), shop.tags()) == ("cancelled", NOBODY, {})


def test_an_event_that_comes_after_the_person_is_gone_starts_nothing(shop: Shop):
    shop.publish(ASK)
    before = shop.writes("ignore")
    erased(shop)
    on_events(shop.id, [Event(before.type, shop.id, before.key, before.data)])
    assert shop.runs() == []


def test_who_never_wrote_is_forgotten_by_their_runs_too(shop: Shop):
    flow_id = shop.publish(flow(("a", "start", {}), ("q", "ask", {}), edges="a>q"))
    with transaction(tenant_scope(shop.id)) as session:
        start(session, flow_id, contact_id=shop.contact.id, values={"who": "Ada"})
    with transaction(tenant_scope(shop.id)) as session:
        assert people.remove_some_silent(session, shop.id, utcnow(), {}).gone == 1
    (run,) = shop.runs()
    assert (run.state, of_a_person(run)) == ("cancelled", NOBODY)


def test_runs_move_with_the_contact_and_the_answer_reaches_them(shop: Shop):
    shop.publish(ASK)
    shop.writes("hello")
    keep = make_contact(shop.id)
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(Contact).where(Contact.id == keep.id).values(phone_sealed=None, phone_index=None))
    with transaction(tenant_scope(shop.id)) as session:
        talk = open_conversation(session, shop.id, shop.number.id, keep.id)
        merge(session, shop.id, keep.id, shop.contact.id)
    (run,) = shop.runs()
    assert (run.contact_id, run.conversation_id) == (keep.id, talk)
    with transaction(tenant_scope(shop.id)) as session:
        shop.contact, shop.talk = session.get_one(Contact, keep.id), talk
    shop.writes("vip")
    assert ([one.state for one in shop.runs()], shop.tags()) == (["ended"], {"vip": 1})
