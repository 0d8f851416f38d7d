"""The nightly job: what is older goes, what is newer stays, in steps that go on where they stopped."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update

from aerostic.audit.sealing import seal_pending
from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.imports.refused_rows import weigh
from aerostic.messaging.models import (
    Contact,
    ContactErasure,
    ContactImport,
    Conversation,
    ImportVerdict,
    Message,
    RetentionRule,
    Suppression,
    WebhookRejection,
)
from aerostic.messaging.rights.retention import applying, people, refused, talks
from aerostic.messaging.rights.retention.applying import apply, apply_nightly
from aerostic.messaging.rights.retention.rules import change, outlook
from tests.core.audit.acts import chain
from tests.support.factories import make_contact, make_number, make_tenant
from tests.support.storage import announced_storage, places

pytestmark = pytest.mark.usefixtures("app")
NOW = utcnow()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def tenant_id() -> UUID:
    return make_tenant().id


def keep_for(tenant_id: UUID, days: int | None, *kinds: str) -> None:
    """Rules that are older than their grace."""
    with transaction(tenant_scope(tenant_id)) as session:
        change(session, tenant_id, {f"messaging.{kind}": days for kind in kinds})
        session.execute(update(RetentionRule).values(changed_at=ago(2)))


def add(*rows: Any) -> None:
    with transaction(tenant_scope(rows[0].tenant_id)) as session:
        session.add_all(rows)


def all_of(model: Any, tenant_id: UUID) -> list[Any]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(model).where(model.tenant_id == tenant_id).order_by(model.id)))


def messages(tenant_id: UUID, *ages: float, **values: Any) -> list[Message]:
    """Messages of these ages in days, of one contact and number."""
    number, contact = make_number(tenant_id), make_contact(tenant_id)
    defaults = {
        "source": "person",
        "kind": "text",
        "state": "accepted",
        "number_id": number.id,
        "contact_id": contact.id,
    }
    made = [
        Message(
            tenant_id=tenant_id,
            id=new_id(),
            idempotency_key=str(new_id()),
            created_at=ago(age),
            content={"n": age},
            provider_id=f"wamid.{age}",
            provider_index=new_id().bytes,
            **{**defaults, **values},
        )
        for age in ages
    ]
    add(*made)
    return made


def test_old_messages_lose_what_they_said_and_nothing_else(tenant_id, monkeypatch):
    monkeypatch.setattr(talks, "MESSAGES", 2)
    messages(tenant_id, 400, 300, 200, 200, 200, 91, 89, 1)
    keep_for(tenant_id, 90, "contents")
    assert apply(tenant_id, lambda: NOW)["messaging.contents"] == 6
    rows = all_of(Message, tenant_id)
    assert [row.content for row in rows] == [None] * 6 + [{"n": 89}, {"n": 1}]
    assert [row.provider_id for row in rows[5:]] == [None, "wamid.89", "wamid.1"]
    assert all(row.contact_id and row.provider_index for row in rows)
    with transaction(tenant_scope(tenant_id)) as session:
        said = bodies(session, tenant_id, rows[:1])[rows[0].id]
    assert (said.kind, said.notice) == ("forgotten", "What this message said is not kept any longer.")


def test_the_next_night_goes_on_where_the_last_one_stopped(tenant_id, monkeypatch):
    monkeypatch.setattr(talks, "MESSAGES", 1)
    monkeypatch.setattr(applying, "MOST_STEPS", 2)
    messages(tenant_id, 400, 300, 200, 89)
    keep_for(tenant_id, 90, "contents")
    assert [apply(tenant_id, lambda: NOW)["messaging.contents"] for _ in range(3)] == [2, 1, 0]
    assert apply(tenant_id, lambda: NOW + timedelta(days=5))["messaging.contents"] == 1


def test_what_is_still_to_be_sent_keeps_its_contents(tenant_id):
    messages(tenant_id, 100, state="planned")
    keep_for(tenant_id, 90, "contents")
    assert apply(tenant_id, lambda: NOW)["messaging.contents"] == 0
    assert all_of(Message, tenant_id)[0].content == {"n": 100}


def test_silent_conversations_go_with_what_was_said(tenant_id):
    talks_of = []
    for days in (100, 10):
        (message,) = messages(tenant_id, days)
        own = {"tenant_id": tenant_id, "number_id": message.number_id, "contact_id": message.contact_id}
        talk = Conversation(id=new_id(), last_message_at=ago(days), **own)
        add(talk)
        with transaction(tenant_scope(tenant_id)) as session:
            session.get_one(Message, message.id).conversation_id = talk.id
        talks_of.append(talk.id)
    keep_for(tenant_id, 90, "conversations")
    assert apply(tenant_id, lambda: NOW)["messaging.conversations"] == 1
    assert [talk.id for talk in all_of(Conversation, tenant_id)] == talks_of[1:]
    gone, stays = all_of(Message, tenant_id)
    assert (gone.content, gone.contact_id, gone.conversation_id) == (None, None, None)
    assert (stays.content, stays.conversation_id) == ({"n": 10}, talks_of[1])
    assert len(all_of(Contact, tenant_id)) == 2


def test_contacts_without_a_message_go_and_their_opt_outs_stay(tenant_id, monkeypatch):
    monkeypatch.setattr(people, "CHUNK", 1)
    old = {"created_at": ago(100), "updated_at": ago(100)}
    silent = [make_contact(tenant_id, **old) for _ in range(3)]
    changed = make_contact(tenant_id, created_at=ago(100), updated_at=ago(1))
    young = make_contact(tenant_id, created_at=ago(1), updated_at=ago(1))
    (message,) = messages(tenant_id, 1)
    with transaction(tenant_scope(tenant_id)) as session:
        session.execute(update(Contact).where(Contact.id == message.contact_id).values(**old))
    add(Suppression(tenant_id=tenant_id, phone_index=silent[0].phone_index, category="all", reason="x", source="x"))
    keep_for(tenant_id, 90, "silent_contacts")
    assert apply(tenant_id, lambda: NOW)["messaging.silent_contacts"] == 3
    assert {row.id for row in all_of(Contact, tenant_id)} == {changed.id, young.id, message.contact_id}
    assert len(all_of(Suppression, tenant_id)) == 1


def test_refused_rows_go_after_a_month_unless_the_tenant_says_otherwise(tenant_id, monkeypatch):
    monkeypatch.setattr(refused, "CHUNK", 2)
    other, sizes = make_tenant().id, {}
    for owner in (tenant_id, other):
        for days in (40, 20):
            own = {"path": "/gone", "options": {}, "state": "finished", "finished_at": ago(days)}
            job = ContactImport(tenant_id=owner, id=new_id(), name=f"{days}", **own)
            add(job)
            rows = [ImportVerdict(tenant_id=owner, import_id=job.id, line=n, verdict="missing") for n in range(3)]
            for row in rows:
                row.row = {"cells": []}
            add(*rows)
            sizes[owner, days] = sum(len(row.row_sealed) for row in rows)
            with transaction(tenant_scope(owner)) as session:
                weigh(session, owner, job.id, sizes[owner, days])
    keep_for(other, 60, "refused_rows")
    assert [apply(one, lambda: NOW)["messaging.refused_rows"] for one in (tenant_id, other)] == [3, 0]
    assert [len(all_of(ImportVerdict, one)) for one in (tenant_id, other)] == [3, 6]
    assert list(places(tenant_id).values()) == [sizes[tenant_id, 20]]
    assert sum(announced_storage(tenant_id)) == sizes[tenant_id, 20]
    assert sum(announced_storage(other)) == sizes[other, 40] + sizes[other, 20]
    assert len(all_of(ContactImport, tenant_id)) == 2


def test_rejected_webhooks_go_after_a_month(tenant_id):
    for days in (40, 20):
        add(WebhookRejection(tenant_id=tenant_id, id=new_id(), channel="x", reason="x", created_at=ago(days)))
    assert apply(tenant_id, lambda: NOW)["messaging.rejected_webhooks"] == 1
    assert [row.created_at for row in all_of(WebhookRejection, tenant_id)] == [ago(20)]


def test_another_tenant_loses_nothing(tenant_id):
    other = make_tenant().id
    messages(other, 400)
    keep_for(tenant_id, 90, "contents", "conversations", "silent_contacts")
    apply(tenant_id, lambda: NOW)
    assert all_of(Message, other)[0].content == {"n": 400}


def test_what_would_go_is_counted_as_it_goes(tenant_id):
    messages(tenant_id, 400, 100, 10)
    make_contact(tenant_id, created_at=ago(100), updated_at=ago(100))
    kinds = ("messaging.contents", "messaging.silent_contacts")
    with transaction(tenant_scope(tenant_id)) as session:
        counted = outlook(session, tenant_id, dict.fromkeys(kinds, 90))
    keep_for(tenant_id, 90, "contents", "silent_contacts")
    gone = apply(tenant_id, lambda: NOW)
    assert counted == {name: gone[name] for name in kinds} == {"messaging.contents": 2, "messaging.silent_contacts": 1}


def test_what_went_is_audited_and_a_night_without_is_not(tenant_id):
    messages(tenant_id, 400, 100)
    keep_for(tenant_id, 90, "contents")
    for _ in range(2):
        apply(tenant_id, lambda: NOW)
    seal_pending()
    bodies = [orjson.loads(entry.body) for entry in chain(tenant_id)]
    told = [(body["actor"], body["after"]) for body in bodies if body["action"] == "retention.applied"]
    assert told == [("system", {"kind": "messaging.contents", "rows": 2, "days": 90})]


def test_a_kind_that_fails_undoes_its_step_and_holds_up_no_other(tenant_id, monkeypatch):
    messages(tenant_id, 400)
    add(WebhookRejection(tenant_id=tenant_id, id=new_id(), channel="x", reason="x", created_at=ago(40)))
    keep_for(tenant_id, 90, "contents")
    monkeypatch.setattr(applying, "_move", lambda session, tenant, one, place: 1 / ("contents" not in one.kind.name))
    gone = apply(tenant_id, lambda: NOW)
    assert (gone["messaging.contents"], gone["messaging.rejected_webhooks"]) == (0, 1)
    assert all_of(Message, tenant_id)[0].content == {"n": 400}


def test_of_two_at_once_one_does_it(tenant_id):
    with transaction(tenant_scope(tenant_id)) as session:
        assert session.scalar(applying.ALONE, {"name": f"retention:{tenant_id}"})
        assert apply(tenant_id, lambda: NOW) == {}


def test_erasures_are_forgotten_after_a_month_once_all_was_looked_through(tenant_id):
    for days, sought in ((40, None), (40, {"phone": "+1"}), (10, None)):
        erasure = ContactErasure(tenant_id=tenant_id, id=new_id(), contact_id=new_id(), erased_at=ago(days))
        erasure.sought = sought
        add(erasure)
    apply(tenant_id, lambda: NOW)
    assert [row.erased_at for row in all_of(ContactErasure, tenant_id)] == [ago(40), ago(10)]


def test_every_tenant_has_its_turn(app: Flask, tenant_id):
    other = make_tenant().id
    apply_nightly()
    assert {job.args[0] for job in queue(IMPORTS).jobs} >= {str(tenant_id), str(other)}
