"""Taking somebody's second step away, whose phone is lost: with a reason, by who may, and never unaudited."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import platform_scope
from aerostic.identity.factor_models import Authenticator, Passkey, RecoveryCode
from aerostic.identity.models import User
from aerostic.identity.sessions import end_sessions
from aerostic.tenancy.models import Member

SCOPE = platform_scope("second step reset")


def has_second_step(session: Session, user_id: UUID) -> bool:
    """Whether a person has anything beyond a password. The session has this module's scope."""
    found = (select(table.id).where(table.user_id == user_id).limit(1) for table in (Authenticator, Passkey))
    return any(session.scalar(query) is not None for query in found)


def works_only_in(session: Session, user: User, tenant_id: UUID) -> bool:
    """Whether a person belongs to this workspace alone, so that its people may decide on how they sign in."""
    return not user.staff and _workspaces(session, user.id) == [tenant_id]


def reset_second_step(session: Session, user_id: UUID, reason: str) -> None:
    """Forget a person's app, recovery codes and passkeys, and end their sessions. The session has this module's scope.

    Args:
        reason: why; in the audit log of each of their workspaces, or the platform's.
    """
    for table in (Authenticator, RecoveryCode, Passkey):
        session.execute(delete(table).where(table.user_id == user_id))
    end_sessions(session, user_id)
    chains: list[UUID | None] = [*_workspaces(session, user_id)]
    for chain in chains or [None]:
        record_sealed(session, Act(chain, "session.second_step_reset", f"user:{user_id}", reason=reason))


def _workspaces(session: Session, user_id: UUID) -> list[UUID]:
    return list(session.scalars(select(Member.tenant_id).where(Member.user_id == user_id).order_by(Member.tenant_id)))
