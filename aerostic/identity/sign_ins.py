"""Signing in, noted in the audit chains: of each workspace that a person works in, or of the platform."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, current_actor, record
from aerostic.db import service_scope, transaction
from aerostic.tenancy.models import Member

SIGN_IN = service_scope("sign-in")


def note_started(user_id: UUID) -> None:
    """Note that a person signed in."""
    with transaction(SIGN_IN) as session:
        note(session, user_id, "started")


def note_refused(email: str) -> None:
    """Note that somebody could not. One row, whoever it was, so that the time it takes says nothing of the address."""
    with transaction(SIGN_IN) as session:
        record(session, Act(None, "session.refused", after={"email": email}))


def note(session: Session, user_id: UUID, verb: str) -> None:
    """Note what a person did about their signing in, in every chain that it concerns."""
    actor = replace(current_actor(), kind="user", id=str(user_id))
    workspaces: list[UUID | None] = list(session.scalars(select(Member.tenant_id).where(Member.user_id == user_id)))
    for tenant_id in workspaces or [None]:
        record(session, Act(tenant_id, f"session.{verb}", f"user:{user_id}"), actor)
