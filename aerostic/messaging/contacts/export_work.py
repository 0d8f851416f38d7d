"""An export that takes longer than a request: as work that writes a file, a chunk a step.

The file is cut to the length that was noted before a chunk is added to it, so that one written by a step which was not committed
leaves nothing behind. It is removed after a day.
"""

import os
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.jobs import work as jobs
from aerostic.jobs.models import Work
from aerostic.jobs.work import Step
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.bulk import after, move
from aerostic.messaging.contacts.exporting import CHUNK, header, lines
from aerostic.registry import runtime
from aerostic.streams.metering import stored

KIND = "contacts.export"
KEPT_SECONDS = 24 * 3600


class ExportOptions(BaseModel):
    """What goes into the file. `whole` and `mark`: see `exporting.pieces`."""

    model_config = ConfigDict(extra="forbid")

    spec: AudienceSpec
    columns: list[str]
    whole: bool = False
    mark: bool = True


def ask(
    session: Session, tenant_id: UUID, options: ExportOptions, *, user_id: UUID | None, key: str | None = None
) -> Work:
    """Note the work. See `jobs.work.ask`."""
    counted = audience.count(session, tenant_id, options.spec)
    kept: dict[str, Any] = options.model_dump(mode="json")
    return jobs.ask(session, tenant_id, KIND, kept, user_id=user_id, total=counted, key=key)


def step(session: Session, work: Work) -> Step:
    """Add one chunk to the file."""
    options = ExportOptions.model_validate(work.options)
    until, last = work.created_at, after(work)
    ids = audience.next_ids(session, work.tenant_id, options.spec, limit=CHUNK, after=last, until=until)
    piece = lines(session, work.tenant_id, ids, options.columns, whole=options.whole)
    length = _append(path_of(work.id), work.place.get("length", 0), piece, header(options.columns, mark=options.mark))
    stored(session, work.tenant_id, place_of(work.id), length)
    move(work, ids)
    work.place = {**work.place, "length": length}
    more = len(ids) == CHUNK
    if not more:
        work.result = path_of(work.id).name
    return Step(more)


def path_of(work_id: UUID) -> Path:
    """Where the file of an export is kept."""
    return runtime().settings.var / "exports" / f"{work_id}.csv"


def place_of(work_id: UUID) -> str:
    """The name by which the bytes of its file are metered."""
    return f"export:{work_id}"


def remove_old() -> None:
    """Remove files that nobody can fetch any more."""
    folder = runtime().settings.var / "exports"
    for path in folder.glob("*.csv"):
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            _stored_no_more(UUID(path.stem))
            path.unlink(missing_ok=True)


def _stored_no_more(work_id: UUID) -> None:
    with transaction(service_scope("cron")) as session:
        tenant_id = session.scalar(select(Work.tenant_id).where(Work.id == work_id))
    if tenant_id:
        with transaction(tenant_scope(tenant_id)) as session:
            stored(session, tenant_id, place_of(work_id), 0)


def _append(path: Path, length: int, piece: bytes, first: bytes) -> int:
    """Write the piece behind the noted length; the new length."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    with file:
        file.truncate(length)
        file.seek(length)
        file.write(piece if length else first + piece)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
