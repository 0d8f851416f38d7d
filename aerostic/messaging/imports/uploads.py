"""Files that people upload, from their arrival to the end of their import; nobody needs them afterwards."""

import time
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.imports.encodings import COPY
from aerostic.messaging.models import ContactImport
from aerostic.registry import runtime
from aerostic.streams.metering import stored

DAY = 24 * 3600.0


class Upload(Protocol):
    """A file on its way in."""

    def save(self, dst: IO[bytes]) -> None:
        """Write all of it."""


def folder() -> Path:
    """Where uploaded files are kept, each in the folder of its tenant."""
    return runtime().settings.var / "uploads"


def path_of(tenant_id: UUID, import_id: UUID) -> Path:
    """Where the file of an import is kept."""
    return folder() / str(tenant_id) / f"{import_id}.csv"


def keep(upload: Upload, tenant_id: UUID, import_id: UUID) -> Path:
    """Keep an uploaded file until its import has ended."""
    path = path_of(tenant_id, import_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        upload.save(file)
    return path


def measure(session: Session, tenant_id: UUID, import_id: UUID) -> None:
    """Meter what is kept of the file now; in the transaction that notes what became of it."""
    path = path_of(tenant_id, import_id)
    kept = (path, path.with_name(path.name + COPY))
    stored(session, tenant_id, place_of(import_id), sum(file.stat().st_size for file in kept if file.exists()))


def place_of(import_id: UUID) -> str:
    """The name by which the bytes of its file are metered."""
    return f"import:{import_id}"


def remove(tenant_id: UUID, import_id: UUID) -> None:
    """Remove the file, and the copy in another encoding if there is one."""
    path = path_of(tenant_id, import_id)
    path.unlink(missing_ok=True)
    path.with_name(path.name + COPY).unlink(missing_ok=True)


def remove_ended(import_id: UUID, tenant_id: UUID) -> None:
    """Remove the file of an import that has come to its end."""
    with transaction(tenant_scope(tenant_id)) as session:
        own = select(ContactImport.state).where(ContactImport.tenant_id == tenant_id, ContactImport.id == import_id)
        ended = session.scalar(own) in ("finished", "refused")
        if ended:
            stored(session, tenant_id, place_of(import_id), 0)
    if ended:
        remove(tenant_id, import_id)


def forget_drafts() -> None:
    """Remove drafts of more than a day, with their files."""
    before = time.time() - DAY
    for path in [path for path in folder().glob("*/*.csv") if path.stat().st_mtime < before]:
        tenant_id, import_id = UUID(path.parent.name), UUID(path.stem)
        with transaction(tenant_scope(tenant_id)) as session:
            session.execute(delete(ContactImport).where(ContactImport.id == import_id, ContactImport.state == "draft"))
            state = session.scalar(select(ContactImport.state).where(ContactImport.id == import_id))
            needed = state in ("waiting", "running")
            if not needed:
                stored(session, tenant_id, place_of(import_id), 0)
        if not needed:
            remove(tenant_id, import_id)
