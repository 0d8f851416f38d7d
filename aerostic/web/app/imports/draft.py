"""The import that a step of the wizard is about."""

from uuid import UUID

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session

from aerostic.messaging.models import ContactImport


def import_of(session: Session, import_id: UUID, *, lock: bool = False) -> ContactImport:
    """An import of the workspace; 404 where there is none."""
    return session.get(ContactImport, import_id, with_for_update=lock) or abort(404)


def draft_of(session: Session, import_id: UUID) -> ContactImport:
    """An import that has not started, locked; one that has leads to its own page."""
    found = import_of(session, import_id, lock=True)
    if found.state != "draft":
        abort(redirect(url_for("import_run.show", import_id=import_id), 303))
    return found
