"""Erasing a person: nothing tells of them afterwards, and money, counts and opt-outs are as they were."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.results.counting import count
from flask import Flask
from sqlalchemy import select, text

from aerostic.billing.books.verifying import verify_books
from aerostic.db import platform_scope, service_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.contract import ErrorScope, SendResult, Sent
from aerostic.messaging.imports.refused_rows import weigh
from aerostic.messaging.imports.running import run
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import Contact, ContactErasure, ImportVerdict, Message, Suppression, WebhookRejection
from aerostic.messaging.outbound import batches
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.results import Result, write
from aerostic.messaging.rights.erasing import Outlook, erase, outlook
from aerostic.messaging.work import run_work
from tests.core.messaging.imports.support import begin, job_of, verdicts
from tests.core.messaging.inbound.shop import PRICE
from tests.core.messaging.rights.person import NAME, PHONE, WAMIDS, Person, left_of, make_person
from tests.support.factories import make_contact
from tests.support.storage import places

ENTRIES = text("SELECT body FROM audit_entry WHERE tenant_id = :tenant ORDER BY seq")


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(app)


def erased(person: Person) -> None:
    """Erase, and look for traces."""
    tenant_id = person.shop.tenant_id
    with transaction(tenant_scope(tenant_id)) as session:
        work = erase(session, tenant_id, person.contact_id, reason="asked for it by letter")
    run_work(str(work.id), str(tenant_id))


def message(person: Person, id_: UUID) -> Message:
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        return session.get_one(Message, id_)


def results(person: Person) -> list[dict[str, Any]]:
    """What the two campaigns came to, without the moment of counting."""
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        found = [count(session, session.get_one(Campaign, id_)) for id_ in (person.campaign_id, person.other_id)]
    return [one.model_dump(exclude={"taken_at", "series"}) for one in found]


def test_before_they_are_erased_many_places_tell_of_them(person: Person) -> None:
    assert {place.split(".")[0] for place in left_of(person)} >= {
        "contact",
        "contact_field",
        "contact_identifier",
        "consent",
        "message",
        "import_verdict",
        "webhook_rejection",
        "flow_run",
        "flow_stretch",
    }


@pytest.mark.parametrize("stops", [False, True])
def test_no_table_tells_of_an_erased_person(app: Flask, stops: bool) -> None:
    person = make_person(app, stops=stops)
    erased(person)
    assert (left_of(person), person.row()) == ([], None)


def test_money_and_results_stay_but_for_what_was_planned(person: Person) -> None:
    before = results(person)
    assert person.shop.money()["held"] == 2 * PRICE
    erased(person)
    spring, autumn = results(person)
    assert autumn == before[1]
    assert autumn["skipped"] == {"no_consent": 1}
    changed = {name for name, value in spring.items() if value != before[0][name]}
    assert (changed, spring["planned"], spring["cancelled"], spring["replied"]) == ({"planned", "cancelled"}, 0, 1, 1)
    assert person.shop.money()["held"] == PRICE
    assert verify_books(platform_scope("tests")).findings == ()


def test_rows_of_others_stay(person: Person) -> None:
    tenant_id = person.shop.tenant_id
    with transaction(tenant_scope(tenant_id)) as session:
        rows = list(session.scalars(select(ImportVerdict)))
        weigh(session, tenant_id, rows[0].import_id, sum(len(row.row_sealed) for row in rows))
    erased(person)
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        left = list(session.scalars(select(ImportVerdict)))
        cells = [row.row for row in left]
        bodies = [row.body for row in session.scalars(select(WebhookRejection))]
    assert cells == [{"cells": ["+1 650 555 0000", "Somebody Else"]}]
    assert places(tenant_id) == {f"refused:{left[0].import_id}": len(left[0].row_sealed)}
    assert bodies == [{"provider_id": "wamid.of.somebody.else", "status": "read"}]


def test_what_an_erasure_will_do_is_told_before(person: Person) -> None:
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        assert outlook(session, session.get_one(Contact, person.contact_id)) == Outlook(4, 1, 1, opted_out=False)


def test_the_audit_log_tells_of_it_without_the_person(person: Person) -> None:
    erased(person)
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        bodies = [
            body for body in session.scalars(ENTRIES, {"tenant": person.shop.tenant_id}) if "contact.erased" in body
        ]
    assert len(bodies) == 1
    assert f'"target":"contact:{person.contact_id}"' in bodies[0]
    assert '"after":{"conversations":1,"messages":4,"planned_messages":1}' in bodies[0]
    assert not any(word in bodies[0] for word in (NAME, PHONE[-7:]))


def test_what_was_sought_is_forgotten_once_it_was_looked_for(person: Person) -> None:
    tenant_id = person.shop.tenant_id
    with transaction(tenant_scope(tenant_id)) as session:
        work = erase(session, tenant_id, person.contact_id, reason="asked for it")
    sought = select(ContactErasure.sought_sealed)
    with transaction(tenant_scope(tenant_id)) as session:
        assert session.scalar(sought) is not None
    for _ in range(2):
        run_work(str(work.id), str(tenant_id))
        with transaction(tenant_scope(tenant_id)) as session:
            assert session.scalar(sought) is None


def test_an_opt_out_outlives_the_person(app: Flask) -> None:
    person = make_person(app, stops=True)
    erased(person)
    again = make_contact(person.shop.tenant_id, PHONE)
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        kept = session.execute(select(Suppression.category, Suppression.source)).one()
    assert (tuple(kept), again.id != person.contact_id) == (("marketing", "stop_word"), True)


def test_of_an_opt_out_only_the_code_of_its_source_stays(person: Person) -> None:
    tenant_id = person.shop.tenant_id
    with transaction(tenant_scope(tenant_id)) as session:
        opt_out(session, tenant_id, person.contact_id, source=f"person:{NAME} rang", at=utcnow() + timedelta(1))
    erased(person)
    with transaction(tenant_scope(tenant_id)) as session:
        assert session.scalars(select(Suppression.source)).one() == "person"
    assert left_of(person) == []


def test_a_late_status_settles_the_money_and_brings_nothing_back(app: Flask, person: Person) -> None:
    erased(person)
    item = {**person.shop.status(person.accepted, "delivered", callback=False), "id": WAMIDS[1]}
    WebhookConsumer(app).process(person.shop.entries(item))
    row = message(person, person.accepted)
    assert (row.status, row.provider_id, person.shop.money()["held"]) == ("delivered", None, 0)
    assert left_of(person) == []


def test_a_status_that_is_the_first_to_tell_the_providers_id_leaves_its_digest_alone(
    app: Flask, person: Person
) -> None:
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        row = session.get_one(Message, person.accepted)
        row.state, row.provider_id, row.provider_index = "sending", None, None
    erased(person)
    WebhookConsumer(app).process(person.shop.entries({**person.shop.status(person.accepted, "sent"), "id": WAMIDS[1]}))
    row = message(person, person.accepted)
    assert (row.state, row.provider_id, row.provider_index is not None) == ("accepted", None, True)


def test_a_webhook_that_comes_again_is_known(app: Flask, person: Person) -> None:
    erased(person)
    said = person.shop.said("once more", id_=WAMIDS[0], phone=PHONE[1:])
    WebhookConsumer(app).process(person.shop.entries(said, name="messages"))
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        assert session.scalars(select(Contact)).all() == []


def test_who_writes_again_is_a_new_contact(app: Flask, person: Person) -> None:
    erased(person)
    WebhookConsumer(app).process(person.shop.entries(person.shop.said("Hello", phone=PHONE[1:]), name="messages"))
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        contact = session.scalars(select(Contact)).one()
        messages = session.scalars(select(Message).where(Message.contact_id == contact.id)).all()
    assert (contact.id != person.contact_id, contact.phone, len(messages)) == (True, PHONE, 1)


def under_way(person: Person) -> Lease:
    """The lane has marked the accepted message as sending."""
    lease = Lease(person.shop.number.id, person.shop.tenant_id, 1)
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        row = session.get_one(Message, person.accepted)
        row.state, row.fence, row.provider_id, row.provider_index = "sending", 1, None, None
    return lease


@pytest.mark.parametrize(
    ("answer", "state", "held"),
    [
        (SendResult(Sent.ACCEPTED, WAMIDS[1]), "accepted", PRICE),
        (SendResult(Sent.RETRY, code=1, reason="later", after=0.0, scope=ErrorScope.NUMBER), "cancelled", 0),
        (SendResult(Sent.UNKNOWN, reason="no answer"), "unknown", PRICE),
        (SendResult(Sent.FAILED, code=131026, reason="refused"), "failed", 0),
    ],
)
def test_a_message_on_its_way_is_settled_without_the_person(
    person: Person, answer: SendResult, state: str, held: int
) -> None:
    lease = under_way(person)
    erased(person)
    with transaction(service_scope("lanes")) as session:
        write(session, lease, [Result(person.accepted, 1, answer)])
    assert (message(person, person.accepted).state, person.shop.money()["held"], left_of(person)) == (state, held, [])


def test_nobody_tries_again_to_reach_an_erased_person(person: Person) -> None:
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        row = session.get_one(Message, person.accepted)
        row.state, row.status = "failed", "failed"
        batch_id = row.batch_id
    erased(person)
    with transaction(tenant_scope(person.shop.tenant_id)) as session:
        assert batch_id is not None
        batches.pause(session, batch_id, "test")
        retried = batches.retry_failed(session, batch_id, session.scalar(text("SELECT id FROM ledger_hold LIMIT 1")))
    assert retried == 0


def test_an_import_that_had_begun_before_does_not_bring_them_back(person: Person, tmp_path: Any) -> None:
    tenant_id, path = person.shop.tenant_id, tmp_path / "list.csv"
    path.write_text(f"phone,name\n{PHONE},{NAME}\n+16505550001,Grace\n")
    before = begin(tenant_id, path)
    erased(person)
    run(before, tenant_id)
    job = job_of(tenant_id, before)
    assert (job.created, job.refused, verdicts(tenant_id, job)) == (1, 1, [(2, "erased", "phone")])
    assert left_of(person) == []
    later = begin(tenant_id, path)
    run(later, tenant_id)
    assert job_of(tenant_id, later).created == 1


def test_messages_that_come_in_meanwhile_are_lost_to_nobody(app: Flask, person: Person) -> None:
    """Somebody writes in the very moment of the erasure: the webhook waits, and makes a new contact."""
    tenant_id = person.shop.tenant_id
    said = person.shop.entries(person.shop.said("Wait!", phone=PHONE[1:]), name="messages")
    with transaction(tenant_scope(tenant_id)) as session:
        erase(session, tenant_id, person.contact_id, reason="asked for it")
        thread = threading.Thread(target=_in_context, args=(app, said))
        thread.start()
        _until_waiting(tenant_id)
    thread.join(30)
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.scalars(select(Contact)).one()
        said_now = session.scalars(select(Message.state).where(Message.contact_id == contact.id)).all()
        rejected = session.scalars(select(WebhookRejection.reason)).all()
    assert (contact.phone, said_now, rejected.count("processing_failed")) == (PHONE, ["received"], 0)


def _in_context(app: Flask, entries: Any) -> None:
    with app.app_context():
        WebhookConsumer(app).process(entries)


def _until_waiting(tenant_id: UUID) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(2_000):
        with transaction(platform_scope("tests")) as session:
            if session.scalar(waiting):
                return
    raise AssertionError("the webhook did not wait")


def test_erasing_twice_finds_nobody(person: Person) -> None:
    erased(person)
    with pytest.raises(LookupError), transaction(tenant_scope(person.shop.tenant_id)) as session:
        erase(session, person.shop.tenant_id, person.contact_id, reason="again")
