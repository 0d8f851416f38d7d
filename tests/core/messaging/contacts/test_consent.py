"""Consent: a history, and the state that follows from it."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from aerostic.db import platform_scope, service_scope, tenant_scope, transaction
from aerostic.messaging.contacts.consent import ConsentEntry, OptOut, blocked, opt_in, opt_out, record
from aerostic.messaging.contacts.preferences import apply_changes, apply_texts
from aerostic.messaging.contract import PreferenceChange
from aerostic.messaging.models import Consent, Contact, Suppression
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def state_of(tenant_id: UUID, contact_id: UUID) -> tuple[str, list[str]]:
    with transaction(tenant_scope(tenant_id)) as session:
        marketing = session.scalar(select(Contact.marketing).where(Contact.id == contact_id))
        return marketing or "", sorted(session.scalars(select(Suppression.category)))


def events() -> list[tuple[str, dict[str, Any]]]:
    with transaction(platform_scope("tests")) as session:
        rows = session.execute(text("SELECT type, data FROM outbox ORDER BY position"))
        return [(row.type, row.data) for row in rows]


def test_an_opt_out_withdraws_suppresses_and_is_announced_once() -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    with transaction(tenant_scope(tenant.id)) as session:
        first = opt_out(session, tenant.id, contact.id, source="agent:told me", at=NOON)
        again = opt_out(session, tenant.id, contact.id, source="agent:told me", at=NOON)
        history = len(session.scalars(select(Consent)).all())
    assert (first, again, history) == ([OptOut(contact.id, "marketing")], [], 1)
    assert state_of(tenant.id, contact.id) == ("withdrawn", ["marketing"])
    assert events() == [("contact.opted_out", {"contact_id": str(contact.id), "source": "agent"})]


def test_opt_in_lifts_the_suppression() -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, contact.id, source="agent", at=NOON)
        opt_in(session, tenant.id, contact.id, source="agent", at=NOON + timedelta(minutes=1))
    assert state_of(tenant.id, contact.id) == ("granted", [])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_latest_word_by_time_counts_in_whatever_order_it_is_heard(order: tuple[int, ...]) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    entries = [
        ConsentEntry(contact.id, "granted", "form", NOON),
        ConsentEntry(contact.id, "withdrawn", "stop_word", NOON + timedelta(hours=1)),
        ConsentEntry(contact.id, "granted", "start_word", NOON + timedelta(hours=2), "all"),
    ]
    for index in order:
        with transaction(tenant_scope(tenant.id)) as session:
            record(session, tenant.id, [entries[index]])
    assert state_of(tenant.id, contact.id) == ("granted", [])


def test_of_two_words_at_one_moment_the_withdrawal_counts() -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, contact.id, source="a", at=NOON)
        opt_in(session, tenant.id, contact.id, source="b", at=NOON)
    assert state_of(tenant.id, contact.id) == ("withdrawn", ["marketing"])


def test_stop_blocks_marketing_and_stop_all_blocks_everything() -> None:
    tenant = make_tenant()
    ada, bob, eve = (make_contact(tenant.id) for _ in range(3))
    everybody = [ada.id, bob.id, eve.id]
    with transaction(service_scope("statuses")) as session:
        told = apply_texts(
            session, tenant.id, [(ada.id, "Stop", NOON), (bob.id, "STOP ALL", NOON), (eve.id, "Hi", NOON)]
        )
        assert blocked(session, tenant.id, everybody, "MARKETING") == {ada.id, bob.id}
        assert blocked(session, tenant.id, everybody, "UTILITY") == {bob.id}
    assert set(told) == {OptOut(ada.id, "marketing"), OptOut(bob.id, "all")}


def test_a_contact_without_a_phone_can_block_everything_too() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        contact = Contact(tenant_id=tenant.id, country="US", fields={})
        session.add(contact)
        session.flush()
        opt_out(session, tenant.id, contact.id, source="stop_word", at=NOON, category="all")
        assert blocked(session, tenant.id, [contact.id], "UTILITY") == {contact.id}


def test_start_takes_an_opt_out_back_but_is_no_consent_of_its_own() -> None:
    tenant = make_tenant()
    stopped, stranger = make_contact(tenant.id), make_contact(tenant.id, marketing="unknown")
    later = NOON + timedelta(minutes=5)
    with transaction(tenant_scope(tenant.id)) as session:
        apply_texts(session, tenant.id, [(stopped.id, "STOP ALL", NOON)])
        apply_texts(session, tenant.id, [(stopped.id, "START", later), (stranger.id, "START", later)])
    assert state_of(tenant.id, stopped.id) == ("granted", [])
    assert state_of(tenant.id, stranger.id) == ("unknown", [])


def test_the_provider_s_switch_is_heard() -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    change = PreferenceChange("1", "+16505550000", None, "marketing_messages", False, NOON)
    with transaction(service_scope("statuses")) as session:
        told = apply_changes(session, tenant.id, [(contact.id, change)])
    assert told == [OptOut(contact.id, "marketing")]
    assert state_of(tenant.id, contact.id) == ("withdrawn", ["marketing"])


def test_an_opt_out_at_one_tenant_says_nothing_about_another() -> None:
    mine, theirs = make_tenant(), make_tenant()
    contact, same_person = make_contact(mine.id, "+16505550123"), make_contact(theirs.id, "+16505550123")
    with transaction(tenant_scope(mine.id)) as session:
        assert opt_out(session, theirs.id, same_person.id, source="agent", at=NOON) == []
        opt_out(session, mine.id, contact.id, source="agent", at=NOON)
    assert state_of(mine.id, contact.id) == ("withdrawn", ["marketing"])
    assert state_of(theirs.id, same_person.id) == ("granted", [])
