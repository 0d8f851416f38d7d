"""Work on a brand: saving the draft, publishing it, going back to an earlier version. Sessions have the reseller's scope."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import once_committed
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.finding import brands
from aerostic.tenancy.brands.models import BrandDraft, BrandFile, BrandVersion

KEPT_VERSIONS = 50


class ConflictError(Exception):
    """Somebody else saved the draft meanwhile."""


class NothingToPublishError(Exception):
    """There is no draft, or no version with that number."""


def draft_of(session: Session, reseller_id: UUID) -> BrandDraft | None:
    """The draft, if one was ever saved."""
    return session.scalar(select(BrandDraft).where(BrandDraft.reseller_id == reseller_id))


def save_draft(session: Session, reseller_id: UUID, design: Design, revision: int = 0) -> BrandDraft:
    """Keep a design as the draft.

    Args:
        revision: the one that was edited; 0 for a first draft.

    Raises:
        ConflictError: the draft has another revision by now; nothing was saved.
    """
    draft = session.scalar(select(BrandDraft).where(BrandDraft.reseller_id == reseller_id).with_for_update())
    if (draft.revision if draft else 0) != revision:
        raise ConflictError
    if draft is None:
        draft = BrandDraft(reseller_id=reseller_id, revision=0)
        session.add(draft)
    draft.design = design.model_dump(mode="json")
    draft.revision += 1
    session.flush()
    return draft


def publish(session: Session, reseller_id: UUID, author_id: UUID | None = None) -> BrandVersion:
    """Make the draft a version of its own, and show it everywhere once this is committed.

    Raises:
        NothingToPublishError: no draft was saved.
    """
    draft = session.scalar(select(BrandDraft).where(BrandDraft.reseller_id == reseller_id).with_for_update())
    if draft is None:
        raise NothingToPublishError
    number = max((version.number for version in versions(session, reseller_id)), default=0) + 1
    version = BrandVersion(
        reseller_id=reseller_id, number=number, design=draft.design, current=False, author_id=author_id
    )
    session.add(version)
    session.flush()
    _show(session, version)
    record(session, Act(None, "brand.changed", f"reseller:{reseller_id}", after={"version": number}))
    old = BrandVersion.reseller_id == reseller_id, BrandVersion.number <= number - KEPT_VERSIONS
    session.execute(delete(BrandVersion).where(*old))
    return version


def roll_back(session: Session, reseller_id: UUID, number: int) -> BrandVersion:
    """Show an earlier version again, and make it the draft, too.

    Raises:
        NothingToPublishError: there is no such version.
    """
    draft = session.scalar(select(BrandDraft).where(BrandDraft.reseller_id == reseller_id).with_for_update())
    version = next((found for found in versions(session, reseller_id) if found.number == number), None)
    if draft is None or version is None:
        raise NothingToPublishError
    draft.design, draft.revision = version.design, draft.revision + 1
    _show(session, version)
    record(session, Act(None, "brand.changed", f"reseller:{reseller_id}", after={"version": number}))
    return version


def versions(session: Session, reseller_id: UUID) -> Sequence[BrandVersion]:
    """What was published, the newest first."""
    own = BrandVersion.reseller_id == reseller_id
    return session.scalars(select(BrandVersion).where(own).order_by(BrandVersion.number.desc())).all()


def keep_file(session: Session, reseller_id: UUID, kind: str, body: bytes) -> BrandFile:
    """Keep a picture that was drawn anew or cleaned; files that no draft or version shows any more are let go.

    Args:
        kind: `png` or `svg`.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    own = BrandFile.reseller_id == reseller_id
    file = session.scalar(select(BrandFile).where(own, BrandFile.digest == digest))
    if file is None:
        shown = _shown_files(session, reseller_id)
        session.execute(delete(BrandFile).where(own, BrandFile.id.not_in(shown)))
        file = BrandFile(reseller_id=reseller_id, kind=kind, digest=digest, body=body)
        session.add(file)
        session.flush()
    return file


def _shown_files(session: Session, reseller_id: UUID) -> set[UUID]:
    draft = draft_of(session, reseller_id)
    designs = [version.design for version in versions(session, reseller_id)] + ([draft.design] if draft else [])
    return {file for design in designs for file in Design.model_validate(design).files()}


def _show(session: Session, version: BrandVersion) -> None:
    others = BrandVersion.reseller_id == version.reseller_id, BrandVersion.id != version.id
    session.execute(update(BrandVersion).where(*others).values(current=False))
    version.current = True
    session.flush()
    once_committed(session, brands.forget)
