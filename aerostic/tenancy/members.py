"""Who works in a tenant, and as what. There is always an owner, and only owners make owners."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.tenancy.models import ROLES, Member
from aerostic.words import N_

OWNER = "owner"
OWNERS_ONLY = N_("Only an owner can make, change or remove owners. Ask one of them.")
LAST_OWNER = N_("The last owner has to stay. Make somebody else an owner first.")


class MemberError(ValueError):
    """The team cannot be changed so; the text says why, and what to do."""


def grantable(by_role: str) -> tuple[str, ...]:
    """The roles that somebody with a role may give; who may give any at all is a matter of permissions."""
    return ROLES if by_role == OWNER else tuple(role for role in ROLES if role != OWNER)


def check_grant(by_role: str, *roles: str) -> None:
    """Whether somebody with a role may give, or take, these.

    Raises:
        MemberError: not these.
    """
    if not set(roles) <= set(grantable(by_role)):
        raise MemberError(OWNERS_ONLY)


def change_role(session: Session, tenant_id: UUID, member_id: UUID, role: str, *, by_role: str) -> None:
    """Give a member another role. It counts from their next request on.

    Args:
        by_role: the role of who does it.

    Raises:
        LookupError: the tenant has no such member.
        MemberError: see its text.
    """
    team = _locked(session, tenant_id)
    member = _one(team, member_id)
    check_grant(by_role, member.role, role)
    if role != OWNER:
        _keep_an_owner(team, member)
    before, member.role = member.role, role
    session.flush()
    record_sealed(session, Act(tenant_id, "member.changed", f"user:{member.user_id}", {"role": before}, {"role": role}))


def remove(session: Session, tenant_id: UUID, member_id: UUID, *, by_role: str) -> None:
    """Take somebody off the team. Their account stays.

    Raises:
        LookupError, MemberError: as for `change_role`.
    """
    team = _locked(session, tenant_id)
    member = _one(team, member_id)
    check_grant(by_role, member.role)
    _keep_an_owner(team, member)
    session.delete(member)
    session.flush()
    record_sealed(session, Act(tenant_id, "member.removed", f"user:{member.user_id}", {"role": member.role}))


def leave(session: Session, tenant_id: UUID, user_id: UUID) -> None:
    """Somebody leaves the team.

    Raises:
        LookupError, MemberError: as for `change_role`.
    """
    own = select(Member.id).where(Member.tenant_id == tenant_id, Member.user_id == user_id)
    member_id = session.scalar(own)
    if member_id is None:
        raise LookupError("no such member")
    remove(session, tenant_id, member_id, by_role=OWNER)


def _keep_an_owner(team: dict[UUID, Member], member: Member) -> None:
    if member.role == OWNER and not any(other.role == OWNER for other in team.values() if other is not member):
        raise MemberError(LAST_OWNER)


def _one(team: dict[UUID, Member], member_id: UUID) -> Member:
    if member_id not in team:
        raise LookupError("no such member")
    return team[member_id]


def _locked(session: Session, tenant_id: UUID) -> dict[UUID, Member]:
    """The whole team, locked: two owners cannot go at the same moment."""
    team = select(Member).where(Member.tenant_id == tenant_id).order_by(Member.id).with_for_update()
    return {member.id: member for member in session.scalars(team)}
