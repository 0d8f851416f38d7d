"""Staff at work in somebody else's workspace: begun with a reason, opened once, over after an hour at the latest.

Beginning and ending stand in the workspace's chain and in the platform's, sealed in their transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from aerostic.audit import Act, Actor, current_actor, record_sealed
from aerostic.db import platform_scope, transaction, utcnow
from aerostic.identity.impersonation_models import Impersonation
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.identity.sessions import Entry, find_session
from aerostic.identity.tokens import digest_of, new_token
from aerostic.tenancy.models import Tenant

SCOPE = platform_scope("impersonation")
MINUTES = (15, 30, 60)
OPEN_WITHIN = timedelta(minutes=1)
# Whose permissions staff have in a workspace, as far as those are for support.
ROLE = "admin"


@dataclass(frozen=True, slots=True)
class Visit:
    """Staff at work in a workspace."""

    row: Impersonation
    entry: Entry
    workspace: str

    @property
    def minutes(self) -> int:
        """How many are left, the one that has begun included."""
        return max(1, ceil((self.row.ends_at - utcnow()).total_seconds() / 60))


def may_enter(user: User, tenant: Tenant) -> bool:
    """Whether somebody is of the staff that may work in a workspace: the platform's, or its own reseller's."""
    own = user.reseller_id is not None and user.reseller_id == tenant.reseller_id
    return user.active and (user.staff == "platform" or (user.staff == "reseller" and own))


def begin(session: Session, entry: Entry, tenant: Tenant, *, reason: str, minutes: int, host: str) -> str:
    """Let a person of the staff into a workspace. The session has this module's scope.

    Args:
        entry: the person, in the session whose end ends this, too.
        minutes: for how long; one of `MINUTES`.
        host: where it will be opened.

    Returns:
        The secret that opens it, once, within a minute.

    Raises:
        ValueError: not this person, not so long, or without a reason.
    """
    if not may_enter(entry.user, tenant) or minutes not in MINUTES or not reason.strip():
        raise ValueError("This person may not work there, not for so long, or not without a reason.")
    token, digest = new_token()
    user, ends_at = entry.user, utcnow() + timedelta(minutes=minutes)
    row = Impersonation(
        tenant_id=tenant.id, user_id=user.id, session_id=entry.session.id, name=user.name, host=host, digest=digest
    )
    row.ends_at = ends_at
    session.add(row)
    session.flush()
    _note(session, row, "started", current_actor(), reason, minutes=minutes)
    return token


def open_with(token: str, host: str) -> Visit | None:
    """What a secret opens at a host, and never again; None where it was used, is older than a minute, or of another host."""
    chosen = (
        Impersonation.digest == digest_of(token),
        Impersonation.host == host,
        Impersonation.opened_at.is_(None),
        Impersonation.created_at > utcnow() - OPEN_WITHIN,
    )
    with transaction(SCOPE) as session:
        opened = update(Impersonation).where(*chosen).values(opened_at=utcnow()).returning(Impersonation.id)
        found = session.scalar(opened)
    return find(found, host) if found else None


def find(row_id: UUID, host: str, *, seen: bool = True) -> Visit | None:
    """Who works in which workspace; None once it is over: its time, the person's own session, or their right to.

    Args:
        seen: whether this counts as the person being active.
    """
    goes_on = Impersonation.ended_at.is_(None), Impersonation.opened_at.is_not(None), Impersonation.ends_at > utcnow()
    query = select(Impersonation, Tenant).join(Tenant, Tenant.id == Impersonation.tenant_id)
    with transaction(SIGN_IN) as session:
        found = session.execute(
            query.where(Impersonation.id == row_id, Impersonation.host == host, *goes_on)
        ).one_or_none()
    if found is None:
        return None
    row, tenant = found
    entry = find_session(row.session_id, seen=seen)
    if entry is None or entry.user.id != row.user_id or not may_enter(entry.user, tenant):
        return None
    return Visit(row, entry, tenant.name)


def end(row_id: UUID) -> None:
    """End it; once it is over, this does nothing."""
    with transaction(SCOPE) as session:
        row = session.get_one(Impersonation, row_id, with_for_update=True)
        if row.ended_at is None:
            _end(session, row, "button", current_actor())


def end_overdue() -> None:
    """Note the end of those whose time, or whose person's session, is over. Safe to repeat."""
    alive = exists().where(UserSession.id == Impersonation.session_id)
    over = Impersonation.ended_at.is_(None), or_(Impersonation.ends_at <= utcnow(), ~alive)
    with transaction(SCOPE) as session:
        due = session.scalars(select(Impersonation.id).where(*over)).all()
    for row_id in due:
        with transaction(SCOPE) as session:
            row = session.get_one(Impersonation, row_id, with_for_update=True)
            if row.ended_at is None:
                _end(session, row, "time" if row.ends_at <= utcnow() else "session", Actor("system"))


def visitor_names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those are called who have worked in the session's workspace."""
    rows = session.execute(select(Impersonation.user_id, Impersonation.name).where(Impersonation.user_id.in_(ids)))
    return {row.user_id: row.name for row in rows}


def _end(session: Session, row: Impersonation, how: str, actor: Actor) -> None:
    row.ended_at = min(utcnow(), row.ends_at)
    session.flush()
    _note(session, row, "ended", actor, how=how)


def _note(session: Session, row: Impersonation, verb: str, actor: Actor, reason: str = "", **after: object) -> None:
    values = {"by": row.name, **after}
    for chain in (row.tenant_id, None):
        act = Act(chain, f"impersonation.{verb}", f"tenant:{row.tenant_id}", after=values, reason=reason)
        record_sealed(session, act, actor)
