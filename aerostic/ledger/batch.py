"""Many transfers in one statement: accounts locked once, in the order of their ids, and every entry kept.

Balances and versions of the entries run on from the locked accounts through window sums, in the order of the transfers.
"""

from collections.abc import Sequence
from operator import attrgetter
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.ledger.errors import InvalidTransferError, KeyReusedError
from aerostic.ledger.transfers import Transfer, content, refusal

LARGEST = 5_000

POST = text("""
WITH input AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:kinds AS text[]), CAST(:sources AS uuid[]),
        CAST(:targets AS uuid[]), CAST(:amounts AS bigint[]), CAST(:holds AS uuid[]), CAST(:reverses AS uuid[]),
        CAST(:subjects AS uuid[]), CAST(:notes AS text[])) WITH ORDINALITY
        AS t (id, key, kind, source_id, target_id, amount, hold_id, reverses_id, subject_id, note, place)
), locked AS MATERIALIZED (
    SELECT id, tenant_id, balance, version, currency FROM ledger_account
    WHERE id = ANY (CAST(:accounts AS uuid[])) ORDER BY id FOR NO KEY UPDATE
), sound AS (
    SELECT 1 WHERE (SELECT count(*) FROM locked) = cardinality(CAST(:accounts AS uuid[])) AND NOT EXISTS (
        SELECT FROM input i JOIN locked s ON s.id = i.source_id JOIN locked t ON t.id = i.target_id
        WHERE s.currency <> t.currency)
), inserted AS (
    INSERT INTO ledger_transfer (id, tenant_id, key, kind, source_id, target_id, amount, hold_id, reverses_id,
        subject_id, note, created_at)
    SELECT id, CAST(:tenant_id AS uuid), key, kind, source_id, target_id, amount, hold_id, reverses_id, subject_id, note,
        :created_at
    FROM input WHERE EXISTS (SELECT FROM sound) ORDER BY place
    ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id, key
), sides AS (
    SELECT i.source_id AS account_id, - i.amount AS amount, i.id, i.place FROM input i JOIN inserted USING (id)
    UNION ALL
    SELECT i.target_id, i.amount, i.id, i.place FROM input i JOIN inserted USING (id)
), entries AS (
    INSERT INTO ledger_entry (account_id, version, tenant_id, transfer_id, amount, balance_after)
    SELECT s.account_id, a.version + row_number() OVER up_to, a.tenant_id, s.id, s.amount,
        a.balance + sum(s.amount) OVER up_to
    FROM sides s JOIN locked a ON a.id = s.account_id
    WINDOW up_to AS (PARTITION BY s.account_id ORDER BY s.place ROWS UNBOUNDED PRECEDING)
), moved AS (
    UPDATE ledger_account a SET balance = a.balance + d.amount, version = a.version + d.entries
    FROM (SELECT account_id, sum(amount) AS amount, count(*) AS entries FROM sides GROUP BY account_id) d
    WHERE a.id = d.account_id AND a.id = ANY (CAST(:accounts AS uuid[]))
)
SELECT EXISTS (SELECT FROM sound) AS sound, (SELECT array_agg(key) FROM inserted) AS keys
""")
FIND = text(
    "SELECT key, kind, source_id, target_id, amount, hold_id, reverses_id, subject_id FROM ledger_transfer"
    " WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant_id AS uuid) AND key = ANY (CAST(:keys AS text[]))"
)


def post(session: Session, transfers: Sequence[Transfer]) -> set[str]:
    """Post transfers of one tenant, all or none, and return the keys that are new.

    Keys that are there already, with the same content, are left out. Floors hold for where the accounts end, not for each
    step on the way. After an error the session's transaction is as it was before the call.

    Args:
        transfers: up to 5,000, posted in this order.

    Raises:
        InsufficientFundsError: an account would end below its floor.
        KeyReusedError: a key belongs to a transfer of other content.
        InvalidTransferError: too many, of more than one tenant, or with accounts that are unknown here or of different
            currencies.
        AlreadyReversedError: one of them reverses what was reversed before.
    """
    if not transfers:
        return set()
    tenant_id = transfers[0].tenant_id
    if len(transfers) > LARGEST or any(one.tenant_id != tenant_id for one in transfers):
        raise InvalidTransferError(
            f"A batch has up to {LARGEST} transfers of one tenant: send more in several batches."
        )
    # The very same transfer twice would match its row twice, and have four entries.
    once = list({(one.id, one.key): one for one in transfers}.values())
    try:
        with session.begin_nested():
            row = session.execute(POST, _columns(once) | {"tenant_id": tenant_id, "created_at": utcnow()}).one()
            if not row.sound:
                raise InvalidTransferError(
                    "Every transfer needs two accounts of one currency that exist and may be seen here."
                )
            new = set(row.keys or ())
            if len(new) < len(transfers):
                _check_repeats(session, tenant_id, transfers, new)
    except IntegrityError as error:
        raise refusal(error) from error
    return new


def _columns(transfers: Sequence[Transfer]) -> dict[str, object]:
    def column(name: str) -> list[object]:
        return list(map(attrgetter(name), transfers))

    sources, targets = column("source_id"), column("target_id")
    return {
        "ids": column("id"),
        "keys": column("key"),
        "kinds": column("kind"),
        "sources": sources,
        "targets": targets,
        "amounts": column("amount"),
        "holds": column("hold_id"),
        "reverses": column("reverses_id"),
        "subjects": column("subject_id"),
        "notes": column("note"),
        "accounts": list({*sources, *targets}),
    }


def _check_repeats(session: Session, tenant_id: UUID | None, transfers: Sequence[Transfer], new: set[str]) -> None:
    """Hold each key that was there already, or comes twice, to its content."""
    repeated = [one for one in transfers if one.key not in new]
    if len(repeated) + len(new) < len(transfers):
        repeated = list(transfers)
    rows = session.execute(FIND, {"tenant_id": tenant_id, "keys": [one.key for one in repeated]})
    posted = {row.key: content(row) for row in rows}
    for one in repeated:
        if posted[one.key] != one.content():
            raise KeyReusedError(one.key)
