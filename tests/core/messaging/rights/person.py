"""One person with a whole history in a shop, and a look into every table for what is left of it."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aerostic_campaigns.models import Campaign, Recipient, Reply
from flask import Flask
from sqlalchemy import LargeBinary, Table, select

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.db import metadata, new_id, platform_scope, service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.models import Flow, FlowRun, FlowVersion
from aerostic.flows.runs.journal import add
from aerostic.flows.state import Done, State
from aerostic.ledger import hold
from aerostic.messaging.contacts.consent import ConsentEntry, record
from aerostic.messaging.contacts.identifiers import USERNAME, attach, email_index, identifier
from aerostic.messaging.contacts.tags import change
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.inbound.rejections import Rejected, keep
from aerostic.messaging.models import (
    Batch,
    Contact,
    ContactImport,
    Conversation,
    ImportedContact,
    ImportVerdict,
    Message,
)
from aerostic.security.columns import Encrypted
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, open_text
from tests.core.messaging.inbound.shop import PRICE, Shop

PHONE, EMAIL, NAME, USER = "+16505557788", "ada.l@example.org", "Ada Lovelace", "ada_the_first"
QUESTION, ANSWER, OFFER = "Is the analytical engine ready?", "It is, dear Countess.", "An offer for Countess Ada"


def wamid(tail: str) -> str:
    """A provider's id as WhatsApp makes them: the phone inside, in Base64."""
    return "wamid." + base64.b64encode(b"\x1c\x0b" + PHONE[1:].encode() + b"\x15\x02\x00" + tail.encode()).decode()


WAMIDS = (wamid("ASKED0000000"), wamid("OFFERED00000"), wamid("LOST00000000"))


@dataclass(frozen=True)
class Person:
    """A contact of a shop; the campaign that was sent to them, one that left them out, and messages by what they are."""

    shop: Shop
    contact_id: UUID
    campaign_id: UUID
    other_id: UUID
    accepted: UUID
    planned: UUID

    def row(self) -> Contact | None:
        """The contact as it stands."""
        with transaction(tenant_scope(self.shop.tenant_id)) as session:
            return session.get(Contact, self.contact_id)


def make_person(app: Flask, *, stops: bool = False) -> Person:
    """Ada: written to by a campaign, has asked and was answered, came with an import, and left traces where nobody looks."""
    shop = Shop.open()
    said = shop.said(QUESTION, id_=WAMIDS[0], phone=PHONE[1:])
    entries = shop.entries(said, name="messages")
    if stops:
        entries += shop.entries(shop.said("STOP", phone=PHONE[1:], at=5), name="messages")
    WebhookConsumer(app).process(entries)
    tenant_id = shop.tenant_id
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.scalars(select(Contact).where(Contact.tenant_id == tenant_id)).one()
        contact.name, contact.email, contact.fields = NAME, EMAIL, {"title": f"Countess, {EMAIL}"}
        contact.email_index = email_index(tenant_id, EMAIL)
        attach(session, tenant_id, [(contact.id, identifier(tenant_id, USERNAME, USER))])
        change(session, contact, ["mathematics"])
        record(
            session, tenant_id, [ConsentEntry(contact.id, "granted", f"person:{NAME} told us", utcnow(), "all")][stops:]
        )
        first, second = _campaign(session, shop, "Spring"), _campaign(session, shop, "Autumn")
        session.add(Recipient(tenant_id=tenant_id, campaign_id=second.id, contact_id=contact.id, verdict="no_consent"))
        accepted, planned = _messages(session, shop, contact.id, first.batch_id)
        session.add(Reply(tenant_id=tenant_id, campaign_id=first.id, message_id=accepted, replied_at=utcnow()))
        _answer(session, shop, contact)
        _imported(session, tenant_id, contact.id)
        _ran(session, tenant_id, contact.id)
    with transaction(service_scope("statuses")) as session:
        lost = Rejected("unknown_message", "status", {"provider_id": WAMIDS[2], "status": "read"})
        other = Rejected("unknown_message", "status", {"provider_id": "wamid.of.somebody.else", "status": "read"})
        keep(session, tenant_id, "whatsapp", [lost, other, Rejected("noted", "x", {"wa_id": PHONE[1:]})])
    return Person(shop, contact.id, first.id, second.id, accepted, planned)


def left_of(person: Person) -> list[str]:
    """Places that still tell of the person: `table.column`. Sealed columns are opened."""
    known = [PHONE[1:], PHONE[2:], EMAIL, NAME, USER, QUESTION, ANSWER, OFFER, *WAMIDS]
    packed = base64.b64encode(b"\x1c\x0b" + PHONE[1:].encode() + b"\x15").decode().rstrip("=")[:-1]
    sought = re.compile("|".join(map(re.escape, [*known, packed])), re.IGNORECASE)
    with transaction(platform_scope("tests")) as session:
        tables = [table for table in metadata.sorted_tables if "tenant_id" in table.c]
        return [
            f"{table.name}.{name}"
            for table in tables
            for row in session.execute(select(table).where(table.c.tenant_id == person.shop.tenant_id)).mappings()
            for name, value in _opened(table, dict(row))
            if sought.search(value)
        ]


def _opened(table: Table, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for column in table.c:
        value = row[column.name]
        if value is None:
            continue
        if isinstance(column.type, Encrypted):
            place = Place(table.name, column.name.removesuffix("_sealed"), row["tenant_id"], row["id"])
            value = open_text(place, value)
        elif isinstance(column.type, LargeBinary):
            value = bytes(value).decode("latin-1")
        yield column.name, str(value)


def _campaign(session: Any, shop: Shop, name: str) -> Campaign:
    campaign_id = new_id()
    batch = Batch(
        tenant_id=shop.tenant_id, number_id=shop.number.id, source="campaigns", source_id=campaign_id, state="running"
    )
    session.add(batch)
    session.flush()
    campaign = Campaign(id=campaign_id, tenant_id=shop.tenant_id, name=name, state="draft", batch_id=batch.id)
    session.add(campaign)
    session.flush()
    return campaign


def _messages(session: Any, shop: Shop, contact_id: UUID, batch_id: UUID | None) -> tuple[UUID, UUID]:
    """One that was accepted and one that is planned, both with money."""
    ids = (new_id(), new_id())
    for id_, state in zip(ids, ("accepted", "planned"), strict=True):
        message = Message(
            id=id_, tenant_id=shop.tenant_id, number_id=shop.number.id, contact_id=contact_id, batch_id=batch_id,
            source="campaigns", idempotency_key=f"campaign:{id_}", category="marketing", kind="text", state=state,
            attempt=1, content={"to": PHONE, "user_id": None, "content": {"type": "text", "text": {"body": OFFER}}},
            details={"note": NAME, "pricing": {"billable": True}},
        )  # fmt: skip
        if state == "accepted":
            message.provider_id = WAMIDS[1]
            message.provider_index = blind_index(shop.tenant_id, "message.provider_id", WAMIDS[1])
        session.add(message)
    session.flush()
    hold_id = hold(session, shop.tenant_id, str(ids[0]), 2 * PRICE, "USD")
    price = Quote(PRICE, "USD", "tests")
    open_charges(session, shop.tenant_id, hold_id, [NewCharge(id_, "marketing", "US", price) for id_ in ids])
    return ids


def _answer(session: Any, shop: Shop, contact: Contact) -> None:
    asked = session.scalars(
        select(Message).where(Message.tenant_id == shop.tenant_id, Message.direction == "in")
    ).first()
    answer = Message(
        tenant_id=shop.tenant_id, number_id=shop.number.id, contact_id=contact.id, conversation_id=asked.conversation_id,
        source="api", idempotency_key=f"api:{PHONE}", kind="text", state="failed", error_code=131026,
        error="WhatsApp could not deliver the message.",
        content={"to": PHONE, "user_id": None, "content": {"type": "text", "text": {"body": ANSWER}}},
    )  # fmt: skip
    session.add(answer)


def _imported(session: Any, tenant_id: UUID, contact_id: UUID) -> None:
    job = ContactImport(tenant_id=tenant_id, name="fair.csv", path="/gone", options={}, state="finished", refused=4)
    session.add(job)
    session.flush()
    session.add(ImportedContact(tenant_id=tenant_id, import_id=job.id, contact_id=contact_id, line=2))
    rows = (["(650) 555-7788", "A. L."], ["", EMAIL.upper()], ["none", NAME], ["+1 650 555 0000", "Somebody Else"])
    for line, cells in enumerate(rows, 3):
        verdict = ImportVerdict(tenant_id=tenant_id, import_id=job.id, line=line, verdict="missing")
        verdict.row = {"cells": cells}
        session.add(verdict)


def _ran(session: Any, tenant_id: UUID, contact_id: UUID) -> None:
    """A flow that asked her something, and waits for her answer."""
    flow = Flow(tenant_id=tenant_id, name="Welcome")
    session.add(flow)
    session.flush()
    version = FlowVersion(tenant_id=tenant_id, flow_id=flow.id, number=1, document=flow.draft)
    session.add(version)
    session.flush()
    run = FlowRun(tenant_id=tenant_id, flow_id=flow.id, version_id=version.id, contact_id=contact_id, state="waiting")
    run.conversation_id = session.scalar(select(Conversation.id).where(Conversation.contact_id == contact_id))
    run.awaits, run.going = "reply", {"state": State("q", {"email": EMAIL}).kept(), "message": {"text": QUESTION}}
    session.add(run)
    session.flush()
    add(session, run, [Done(1, "in", "done", "next", {}, {"phone": PHONE})])
    add(session, run, [Done(2, "q", "waiting", "", {"text": f"Are you {NAME}?"})])
