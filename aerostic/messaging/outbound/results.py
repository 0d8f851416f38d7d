"""What a lane writes back: the results of sending, a group at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing import Outcome, settle
from aerostic.db import emit_rows
from aerostic.messaging.contract import ErrorScope, SendResult, Sent
from aerostic.messaging.outbound.batches import give_up
from aerostic.messaging.outbound.finishing import reopen
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.told import COLUMNS, message_event
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_text
from aerostic.tenancy.plugins import view_for

PROVIDER_ID = "message.provider_id"
MOST_ATTEMPTS = 8

# The events of accepted messages are the most frequent rows we write, so they are built where the update knows them.
ACCEPTED = text(
    "WITH taken AS (UPDATE message SET state = 'accepted', accepted_at = coalesce(accepted_at, now()),"
    # What an earlier try met is over; what a status has told meanwhile is not.
    " error_code = CASE WHEN status = 'failed' THEN error_code END, error = CASE WHEN status = 'failed' THEN error ELSE '' END,"
    # The id holds the recipient's phone: of somebody who was erased while this was under way only its index is kept.
    " provider_id_sealed = CASE WHEN content_sealed IS NOT NULL THEN decode(u.sealed, 'hex') END,"
    " provider_index = decode(u.idx, 'hex'),"
    " details = CASE WHEN u.held THEN details || '{\"held\": true}' ELSE details END"
    " FROM json_to_recordset(CAST(:rows AS json)) AS u(id uuid, sealed text, idx text, held bool)"
    " WHERE message.id = u.id AND fence = :fence AND state IN ('sending', 'unknown', 'accepted')"
    f" RETURNING {COLUMNS}, old.state AS before)"
    " INSERT INTO outbox (id, type, tenant_id, key, time, data) SELECT uuidv7(), 'message.accepted', tenant_id, id, now(),"
    " jsonb_build_object('message_id', id, 'number_id', number_id, 'contact_id', contact_id, 'conversation_id',"
    " conversation_id, 'batch_id', batch_id, 'source', source)"
    " || CASE WHEN chain IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('chain', chain) END FROM taken"
    " WHERE before <> 'accepted'"  # a status was faster, and has told
)
REFUSED = text(
    "UPDATE message SET state = 'failed', failed_at = now(), status = 'failed', error_code = u.code, error = u.reason"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS bigint[]), CAST(:reasons AS text[])) AS u(id, code, reason)"
    " WHERE message.id = u.id AND fence = :fence AND state IN ('sending', 'unknown')"
    f" RETURNING {COLUMNS}"
)
AGAIN = text(
    "UPDATE message SET state = 'planned', not_before = now() + u.after * interval '1 second', error_code = u.code,"
    " error = u.reason, attempt = attempt - u.unspent"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS bigint[]), CAST(:reasons AS text[]),"
    " CAST(:after AS float8[]), CAST(:unspent AS smallint[])) AS u(id, code, reason, after, unspent)"
    " WHERE message.id = u.id AND fence = :fence AND state IN ('sending', 'unknown')"
    " RETURNING message.id, batch_id, old.state AS before, content_sealed IS NULL AS forgotten"
)
DOUBTED = text(
    "UPDATE message SET state = 'unknown', error_code = u.code, error = u.reason"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS bigint[]), CAST(:reasons AS text[])) AS u(id, code, reason)"
    f" WHERE message.id = u.id AND fence = :fence AND state = 'sending' RETURNING {COLUMNS}"
)


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one message of a lane. `attempt` is the try it belongs to, and counts for none where nothing was `tried`."""

    message_id: UUID
    attempt: int
    answer: SendResult
    tried: bool = True


def write(session: Session, lease: Lease, results: Sequence[Result]) -> None:
    """Record results, announce them, and settle the money of those that failed. Rows another owner took are left alone."""
    groups: dict[Sent, list[Result]] = {sent: [] for sent in Sent}
    for result in sorted(results, key=lambda item: item.message_id):
        groups[_kind(result)].append(result)
    _accepted(session, lease, groups[Sent.ACCEPTED])
    _refused(session, lease, groups[Sent.FAILED])
    if groups[Sent.RETRY]:
        after = [item.answer.after for item in groups[Sent.RETRY]]
        unspent = [int(not item.tried) for item in groups[Sent.RETRY]]
        _again(session, lease, {**_reasons(lease, groups[Sent.RETRY]), "after": after, "unspent": unspent})
    if groups[Sent.UNKNOWN]:
        rows = session.execute(DOUBTED, _reasons(lease, groups[Sent.UNKNOWN]))
        emit_rows(session, [message_event("unknown", row) for row in rows])


def _kind(result: Result) -> Sent:
    """A message that is put off again and again for its own sake fails in the end."""
    own = result.answer.scope in (ErrorScope.MESSAGE, ErrorScope.RECIPIENT)
    if result.answer.sent is Sent.RETRY and own and result.attempt >= MOST_ATTEMPTS:
        return Sent.FAILED
    return result.answer.sent


def _accepted(session: Session, lease: Lease, results: list[Result]) -> None:
    if not results:
        return
    values = [_taken(lease, item) for item in results]
    session.execute(ACCEPTED, {"fence": lease.fence, "rows": orjson.dumps(values).decode()})


def _again(session: Session, lease: Lease, values: dict[str, object]) -> None:
    """Plan messages again; where another owner has doubted them meanwhile, their batch may be finished already.

    Nothing is left to send of those whose recipient was erased meanwhile: they are given up.
    """
    rows = session.execute(AGAIN, values).all()
    forgotten = [row.id for row in rows if row.forgotten]
    if forgotten:
        give_up(session, lease.tenant_id, forgotten)
    doubted = {row.batch_id for row in rows if row.before == "unknown"}
    if doubted:
        reopen(session, {(batch_id, lease.number_id, lease.tenant_id) for batch_id in doubted})


def _taken(lease: Lease, result: Result) -> dict[str, object]:
    """What is recorded of a message the provider has taken: its id sealed, and the index to find it by."""
    provider_id = result.answer.provider_id
    sealed = seal_text(Place("message", "provider_id", lease.tenant_id, result.message_id), provider_id)
    index = blind_index(lease.tenant_id, PROVIDER_ID, provider_id)
    held = result.answer.reason == "held"
    return {"id": result.message_id, "sealed": sealed.hex(), "idx": index.hex(), "held": held}


def _refused(session: Session, lease: Lease, results: list[Result]) -> None:
    if not results:
        return
    codes = {item.message_id: item.answer.code for item in results}
    rows = session.execute(REFUSED, _reasons(lease, results)).all()
    emit_rows(session, [message_event("failed", row, code=codes[row.id]) for row in rows])
    outcomes = [(row.id, Outcome("failed", codes[row.id])) for row in rows]
    settle(session, lease.tenant_id, view_for(session, lease.tenant_id).billing_rules, outcomes)


def _reasons(lease: Lease, results: list[Result]) -> dict[str, object]:
    return {
        "fence": lease.fence,
        "ids": [item.message_id for item in results],
        "codes": [item.answer.code for item in results],
        "reasons": [item.answer.reason for item in results],
    }
