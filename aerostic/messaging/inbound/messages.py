"""Messages from people: their contacts and conversations, a row each, once; STOP and START acted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows, new_id
from aerostic.db.events import CHAIN
from aerostic.messaging.contacts.consent import OptOut
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.contacts.preferences import apply_texts
from aerostic.messaging.contract import InboundMessage
from aerostic.messaging.inbound.chains import Came, chains
from aerostic.messaging.inbound.numbers import digits
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_json, seal_text

PROVIDER_ID = "message.provider_id"
WINDOW = timedelta(hours=24)
# What the provider itself says in a person's name opens no window.
NOT_SAID = frozenset(("system",))
# These change or comment on what was said before: nobody waits for an answer.
ASKS_NOTHING = NOT_SAID | {"reaction", "edit", "revoke"}
KNOWN = text("SELECT provider_index, id FROM message WHERE tenant_id = :tenant AND provider_index = ANY(:indexes)")
CONVERSE = text("""
    INSERT INTO conversation (id, tenant_id, number_id, contact_id, window_until, last_message_at, unanswered_since,
                              created_at)
    SELECT u.id, :tenant, u.number_id, u.contact_id, u.window_until, u.last_at, u.asked_at, now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS uuid[]), CAST(:contacts AS uuid[]),
                CAST(:windows AS timestamptz[]), CAST(:lasts AS timestamptz[]), CAST(:asked AS timestamptz[]))
         AS u (id, number_id, contact_id, window_until, last_at, asked_at) ORDER BY u.number_id, u.contact_id
    ON CONFLICT (tenant_id, number_id, contact_id) DO UPDATE SET
        window_until = greatest(conversation.window_until, excluded.window_until),
        last_message_at = greatest(conversation.last_message_at, excluded.last_message_at),
        unanswered_since = least(conversation.unanswered_since, excluded.unanswered_since)
    RETURNING number_id, contact_id, id
""")
INSERT = text("""
    INSERT INTO message (id, tenant_id, number_id, contact_id, conversation_id, direction, source, idempotency_key, kind,
                         content_sealed, state, provider_id_sealed, provider_index, details, created_at)
    SELECT u.id, :tenant, u.number_id, u.contact_id, u.conversation_id, 'in', 'inbound', u.key, u.kind, u.content,
           'received', u.provider_id, u.provider_index,
           CASE WHEN u.reply_to IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('reply_to', u.reply_to) END, u.created_at
    FROM unnest(CAST(:id AS uuid[]), CAST(:number_id AS uuid[]), CAST(:contact_id AS uuid[]),
                CAST(:conversation_id AS uuid[]), CAST(:key AS text[]), CAST(:kind AS text[]), CAST(:content AS bytea[]),
                CAST(:provider_id AS bytea[]), CAST(:provider_index AS bytea[]), CAST(:reply_to AS uuid[]),
                CAST(:created_at AS timestamptz[]))
         AS u (id, number_id, contact_id, conversation_id, key, kind, content, provider_id, provider_index, reply_to,
               created_at) ORDER BY u.provider_index
    ON CONFLICT DO NOTHING RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message and the number it came to. Conversations are kept by number and contact."""

    number_id: UUID
    item: InboundMessage


def apply_messages(session: Session, tenant_id: UUID, arrivals: Sequence[Arrival]) -> list[OptOut]:
    """Record messages that are new, in the order they came.

    Returns:
        Who has opted out with them: for the tenant hook, after the commit.
    """
    new = _new(session, tenant_id, arrivals)
    if not new:
        return []
    people = [Person(a.item.phone, a.item.user_id, a.item.username, a.item.name) for a in new.values()]
    contacts = find_or_create(session, tenant_id, people)
    rows = _rows(session, tenant_id, new, contacts)
    fresh = set(session.scalars(INSERT, {"tenant": tenant_id, **_columns(rows)}))
    taken = [(row, arrival) for row, arrival in zip(rows, new.values(), strict=True) if row["id"] in fresh]
    _announce(session, tenant_id, taken)
    said = [(row["contact_id"], arrival.item.text, arrival.item.time) for row, arrival in taken if arrival.item.text]
    return apply_texts(session, tenant_id, said)


def _new(session: Session, tenant_id: UUID, arrivals: Sequence[Arrival]) -> dict[bytes, Arrival]:
    """Those we do not have, by the index of their provider id."""
    found: dict[bytes, Arrival] = {}
    for arrival in arrivals:
        found.setdefault(blind_index(tenant_id, PROVIDER_ID, arrival.item.provider_id), arrival)
    for index in _known(session, tenant_id, list(found)):
        del found[index]
    return found


def _known(session: Session, tenant_id: UUID, indexes: list[bytes]) -> dict[bytes, UUID]:
    if not indexes:
        return {}
    return {bytes(index): id_ for index, id_ in session.execute(KNOWN, {"tenant": tenant_id, "indexes": indexes})}


def _rows(
    session: Session, tenant_id: UUID, new: dict[bytes, Arrival], contacts: Sequence[UUID]
) -> list[dict[str, Any]]:
    pairs = list(zip(new.values(), contacts, strict=True))
    conversations = _converse(session, tenant_id, pairs)
    replies = {
        a.item.reply_to: blind_index(tenant_id, PROVIDER_ID, a.item.reply_to) for a in new.values() if a.item.reply_to
    }
    answered = _known(session, tenant_id, list(replies.values()))
    rows = []
    for (index, arrival), contact_id in zip(new.items(), contacts, strict=True):
        item, id_ = arrival.item, new_id()
        rows.append(
            {
                "id": id_,
                "number_id": arrival.number_id,
                "contact_id": contact_id,
                "conversation_id": conversations[arrival.number_id, contact_id],
                "key": f"in:{index.hex()}",
                "kind": item.kind[:40],
                "content": seal_json(Place("message", "content", tenant_id, id_), item.content),
                "provider_id": seal_text(Place("message", "provider_id", tenant_id, id_), item.provider_id),
                "provider_index": index,
                "reply_to": answered.get(replies.get(item.reply_to, b"")),
                "created_at": item.time,
            }
        )
    return rows


def _converse(
    session: Session, tenant_id: UUID, pairs: Sequence[tuple[Arrival, UUID]]
) -> dict[tuple[UUID, UUID], UUID]:
    """Conversations by number and contact; those people spoke in are open for free replies for 24 hours from then."""
    last: dict[tuple[UUID, UUID], datetime] = {}
    window: dict[tuple[UUID, UUID], datetime] = {}
    asked: dict[tuple[UUID, UUID], datetime] = {}
    for arrival, contact_id in pairs:
        key, time = (arrival.number_id, contact_id), arrival.item.time
        last[key] = max(last.get(key, time), time)
        if arrival.item.kind not in NOT_SAID:
            window[key] = max(window.get(key, time + WINDOW), time + WINDOW)
        if arrival.item.kind not in ASKS_NOTHING:
            asked[key] = min(asked.get(key, time), time)
    values = {
        "tenant": tenant_id,
        "ids": [new_id() for _ in last],
        "numbers": [number for number, _ in last],
        "contacts": [contact for _, contact in last],
        "windows": [window.get(key) for key in last],
        "lasts": list(last.values()),
        "asked": [asked.get(key) for key in last],
    }
    return {(number, contact): id_ for number, contact, id_ in session.execute(CONVERSE, values)}


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _announce(session: Session, tenant_id: UUID, taken: Sequence[tuple[dict[str, Any], Arrival]]) -> None:
    if taken:
        came = [
            Came(row["id"], row["conversation_id"], row["created_at"], digits(arrival.item.phone or ""))
            for row, arrival in taken
        ]
        known = chains(session, came)
        emit_rows(session, [_event(tenant_id, row, known.get(row["id"])) for row, _ in taken])


def _event(tenant_id: UUID, row: dict[str, Any], chain: list[str] | None) -> Event:
    names = ("number_id", "contact_id", "conversation_id")
    data = {"message_id": str(row["id"]), "kind": row["kind"], **{name: str(row[name]) for name in names}}
    return Event("message.received", tenant_id, str(row["conversation_id"]), data | ({CHAIN: chain} if chain else {}))
