"""Users: making them, checking who signs in, and what they change about themselves."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import transaction
from aerostic.identity.devices import forget_devices
from aerostic.identity.emails import checked_email, email_index
from aerostic.identity.models import User
from aerostic.identity.passwords import hashed, is_outdated, matches, renewed
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sessions import end_sessions
from aerostic.identity.sign_ins import note


def find_user(session: Session, email: str) -> User | None:
    """The user with this address, within the session's scope."""
    return session.scalar(select(User).where(User.email_index == email_index(email)))


def create_user(session: Session, *, email: str, name: str, password: str, **values: Any) -> User:
    """A new user.

    Raises:
        PasswordError: the password cannot be taken.
        EmailError: not an e-mail address.
    """
    email = checked_email(email)
    kept = hashed(password, (name, email))
    user = User(name=name, email=email, email_index=email_index(email), password_hash=kept, **values)
    session.add(user)
    session.flush()
    return user


def sign_in(email: str, password: str) -> User | None:
    """The active user with this address and password, or None, in the same time either way."""
    with transaction(SIGN_IN) as session:
        user = find_user(session, email)
        if not matches(user.password_hash if user else None, password) or user is None or not user.active:
            return None
        if is_outdated(user.password_hash):
            user.password_hash = renewed(password)
        return user


def change_user(user_id: UUID, **values: str) -> None:
    """Change what people say about themselves: `name`, `zone`, `locale`, `mode`, `density`."""
    with transaction(SIGN_IN) as session:
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def change_password(user_id: UUID, current: str, new: str) -> User | None:
    """Give a person a new password and end all sessions; None where the current one is not right.

    Raises:
        PasswordError: the new one cannot be taken.
    """
    with transaction(SIGN_IN) as session:
        user = session.get_one(User, user_id)
        if not matches(user.password_hash, current):
            return None
        set_password(session, user, new)
        note(session, user.id, "password_changed")
        return user


def confirm_password(user_id: UUID, password: str) -> bool:
    """Whether this is a person's password."""
    with transaction(SIGN_IN) as session:
        return matches(session.get_one(User, user_id).password_hash, password)


def set_password(session: Session, user: User, password: str) -> None:
    """Set a password, end all sessions, and know no device any more: one of them may be an intruder's.

    Raises:
        PasswordError: it cannot be taken.
    """
    user.password_hash = hashed(password, (user.name, user.email or ""))
    end_sessions(session, user.id)
    forget_devices(session, user.id)
