"""What lies where: the bytes at each place of a workspace, so that every change is metered exactly.

A place is set to what lies there, not added to: a step that is repeated, or a removal that comes twice, changes nothing more.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import emit
from aerostic.streams.metering.kinds import metered

SET = text("""
    INSERT INTO stored_place AS s (tenant_id, place, bytes) VALUES (:tenant, :place, :bytes)
    ON CONFLICT (tenant_id, place) DO UPDATE SET bytes = excluded.bytes
    RETURNING coalesce(old.bytes, 0) AS before, new.bytes AS now
""")
# What was stored before places were kept is removed without ever having been counted: hence no less than nothing.
CHANGE = text("""
    INSERT INTO stored_place AS s (tenant_id, place, bytes) VALUES (:tenant, :place, greatest(0, :bytes))
    ON CONFLICT (tenant_id, place) DO UPDATE SET bytes = greatest(0, s.bytes + :bytes)
    RETURNING coalesce(old.bytes, 0) AS before, new.bytes AS now
""")
EMPTY = text("DELETE FROM stored_place WHERE tenant_id = :tenant AND place = :place")


def stored(session: Session, tenant_id: UUID, place: str, size: int) -> None:
    """Say how much lies at a place from now on. What that changes is metered with the session's transaction.

    Args:
        session: in the tenant's scope.
        place: the name of a file or of a group of rows, which begins with what it is: `export:<id>`.
        size: bytes; 0 when nothing is left there.
    """
    _write(session, SET, tenant_id, place, size)


def stored_more(session: Session, tenant_id: UUID, place: str, change: int) -> None:
    """Say that bytes came to a place, or, less than nothing, that they went; for rows, which come and go one by one."""
    _write(session, CHANGE, tenant_id, place, change)


def _write(session: Session, statement: Any, tenant_id: UUID, place: str, size: int) -> None:
    before, now = session.execute(statement, {"tenant": tenant_id, "place": place, "bytes": size}).one()
    if not now:
        session.execute(EMPTY, {"tenant": tenant_id, "place": place})
    if now != before:
        emit(session, metered(tenant_id, "storage", now - before))
