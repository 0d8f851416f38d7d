"""Re-encryption: every value that an old key sealed is sealed anew under its owner's active key, while everybody works on.

Pages of a thousand rows, each a transaction together with the place that the walk has come to, so that it goes on there after
a kill. What a writer has locked is passed by and found on the next walk.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.db import new_id, transaction, utcnow
from aerostic.keys.columns import SealedColumn, sealed_columns
from aerostic.keys.rotating import SCOPE
from aerostic.security.envelope import Place, seal, unseal
from aerostic.security.errors import SecurityError
from aerostic.security.models import DataKey, Reencryption
from aerostic.security.vault import keyring

log = structlog.get_logger(__name__)
WALKS = 5
START = UUID(int=0)
REACHED = text(
    "INSERT INTO reencryption (id, tenant_id, place, after, moved_at) VALUES (:id, :tenant_id, :place, :after, :now)"
    " ON CONFLICT (tenant_id, place) DO UPDATE SET after = excluded.after, moved_at = excluded.moved_at"
)


@dataclass(slots=True)
class Walked:
    """What a run came to.

    Args:
        changed: values that are under an active key now, by owner.
        broken: values that do not open: they stay as they are, and so does their key.
        left: values that are still under an old key, by the key's id.
    """

    changed: Counter[UUID | None] = field(default_factory=Counter)
    broken: int = 0
    left: Counter[bytes] = field(default_factory=Counter)


def reencrypt(tenant_id: UUID | None = None) -> Walked:
    """Seal anew what old keys sealed: of one tenant, or of all and the platform."""
    walked = Walked()
    columns = sealed_columns(of_platform=tenant_id is None)
    for _ in range(WALKS):
        old = old_keys(tenant_id)
        if not old:
            break
        walked.broken = 0
        for column in columns:
            _walk(column, tenant_id, old, walked)
        walked.left = values_by_key(columns, tenant_id, old)
        if walked.left.total() == walked.broken:
            break
    return walked


def old_keys(tenant_id: UUID | None) -> list[bytes]:
    """The ids of the data keys that only open: of one tenant, or of all owners."""
    wanted = select(DataKey.id).where(DataKey.purpose == "data", DataKey.state == "opens_only")
    with transaction(SCOPE) as session:
        return list(session.scalars(wanted.where(DataKey.tenant_id == tenant_id) if tenant_id else wanted))


def values_by_key(columns: Sequence[SealedColumn], tenant_id: UUID | None, keys: Sequence[bytes]) -> Counter[bytes]:
    """How many values each of these keys made. Reads every row of every column."""
    found: Counter[bytes] = Counter()
    for column in columns:
        with transaction(SCOPE) as session:
            rows = session.execute(column.counts(one_tenant=tenant_id is not None), {"tenant_id": tenant_id}).all()
        found.update({key: count for key, count in rows if key in keys})
    return found


def _walk(column: SealedColumn, tenant_id: UUID | None, old: list[bytes], walked: Walked) -> None:
    """Go along one column, from where the last run was stopped."""
    given = {"tenant_id": tenant_id, "keys": old}
    page = column.page(one_tenant=tenant_id is not None)
    after: UUID | None = _reached(column, tenant_id)
    while after is not None:
        with transaction(SCOPE) as session:
            rows = session.execute(page, given | {"after": after}).all()
            _renew(session, column, [row for row in rows if row.sealed is not None], walked)
            after = rows[-1].id if rows else None
            mark = {"id": new_id(), "tenant_id": tenant_id, "place": column.place, "after": after, "now": utcnow()}
            session.execute(REACHED, mark)


def _reached(column: SealedColumn, tenant_id: UUID | None) -> UUID:
    mine = Reencryption.tenant_id == tenant_id, Reencryption.place == column.place
    with transaction(SCOPE) as session:
        return session.scalar(select(Reencryption.after).where(*mine)) or START


def _renew(session: Session, column: SealedColumn, rows: Sequence[Any], walked: Walked) -> None:
    """Seal one page anew."""
    renewed = []
    for row in rows:
        place = Place(column.table, column.name, row.tenant_id, row.id)
        try:
            new = seal(keyring(), place, unseal(keyring(), place, row.sealed))
        except SecurityError as error:
            walked.broken += 1
            log.error("a value does not open", place=column.place, row=str(row.id), reason=str(error))
            continue
        renewed.append({"id": row.id, "old": row.sealed.hex(), "new": new.hex(), "owner": row.tenant_id})
    if renewed:
        ids = session.scalars(column.swap(), {"rows": orjson.dumps(renewed).decode()}).all()
        owners = {row["id"]: row["owner"] for row in renewed}
        walked.changed.update(owners[id_] for id_ in ids)
