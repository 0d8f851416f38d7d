"""Sessions of people, kept here: the cookie only names one, so that ending it here ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, not_, select, update
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.registry import runtime

NOTED_EVERY = timedelta(minutes=1)
SECOND_STEP_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Entry:
    """A person in a session."""

    user: User
    session: UserSession


def open_session(
    session: Session,
    user_id: UUID,
    *,
    factor: str = "password",
    device: str = "",
    address: str = "",
    waiting: bool = False,
) -> UserSession:
    """A new session.

    Args:
        factor: by what the person got in, one of `session_models.FACTORS`.
        device: what it is, in words.
        address: the network it comes from.
        waiting: whether the person has to show more than the password before it is one.
    """
    row = UserSession(user_id=user_id, factor=factor, device=device, address=address, waiting=waiting)
    session.add(row)
    session.flush()
    return row


def find_waiting(session_id: UUID) -> User | None:
    """Who has to show more; None after ten minutes, or where it was done or ended."""
    found = select(User).join(UserSession, UserSession.user_id == User.id)
    recent = UserSession.created_at > utcnow() - SECOND_STEP_WITHIN
    with transaction(SIGN_IN) as session:
        return session.scalar(found.where(UserSession.id == session_id, UserSession.waiting, User.active, recent))


def find_session(session_id: UUID, *, seen: bool = True) -> Entry | None:
    """The person of a session; None where it was ended or has expired, or the account is off.

    Args:
        seen: whether this counts as being active.
    """
    found = select(User, UserSession).join(UserSession, UserSession.user_id == User.id)
    with transaction(SIGN_IN) as session:
        own = UserSession.id == session_id, ~UserSession.waiting
        row = session.execute(found.where(*own, User.active, _alive())).one_or_none()
        if row is None:
            return None
        if seen and row.UserSession.seen_at <= utcnow() - NOTED_EVERY:
            # No more than an update: what was ended meanwhile stays so.
            session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=utcnow()))
        return Entry(row.User, row.UserSession)


def list_sessions(user_id: UUID) -> Sequence[UserSession]:
    """The sessions of a person that go on, the last used first."""
    mine = select(UserSession).where(UserSession.user_id == user_id, ~UserSession.waiting, _alive())
    with transaction(SIGN_IN) as session:
        return session.scalars(mine.order_by(UserSession.seen_at.desc(), UserSession.id.desc())).all()


def end_session(user_id: UUID, session_id: UUID) -> bool:
    """End one of a person's sessions; False where there is no such one."""
    gone = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id == session_id)
    with transaction(SIGN_IN) as session:
        return session.scalar(gone.returning(UserSession.id)) is not None


def end_sessions(session: Session, user_id: UUID, *, but: UUID | None = None) -> None:
    """End all sessions of a person, or all but one."""
    gone = delete(UserSession).where(UserSession.user_id == user_id)
    session.execute(gone.where(UserSession.id != but) if but else gone)


def end_expired(session: Session) -> None:
    """Remove what nobody can go on with."""
    session.execute(delete(UserSession).where(not_(_alive())))


def _alive() -> ColumnElement[bool]:
    settings, now = runtime().settings, utcnow()
    return and_(
        UserSession.seen_at > now - timedelta(minutes=settings.session_idle_minutes),
        UserSession.created_at > now - timedelta(hours=settings.session_hours),
    )
