"""Signing in, noted in the audit chains: of each workspace that a person works in, or of the platform."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, current_actor, record
from aerostic.tenancy.models import Member


def note_refused(session: Session, factor: str, email: str = "") -> None:
    """Note that somebody could not sign in. One row, whoever it was: the time it takes says nothing of the address.

    Args:
        factor: what was wrong.
        email: what they called themselves; '' where nobody asked.
    """
    record(session, Act(None, "session.refused", after={"factor": factor} | ({"email": email} if email else {})))


def note(session: Session, user_id: UUID, verb: str, **after: Any) -> None:
    """Note what a person did about their signing in, in every chain that it concerns."""
    actor = replace(current_actor(), kind="user", id=str(user_id))
    workspaces: list[UUID | None] = list(session.scalars(select(Member.tenant_id).where(Member.user_id == user_id)))
    for tenant_id in workspaces or [None]:
        record(session, Act(tenant_id, f"session.{verb}", f"user:{user_id}", after=after), actor)
