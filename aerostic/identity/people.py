"""Users: making them, checking who signs in, and what they change about themselves."""

from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import transaction
from aerostic.identity.emails import checked_email, email_index
from aerostic.identity.models import User
from aerostic.identity.sign_ins import SIGN_IN, note

SHORTEST = 10
LONGEST = 1024
hasher = PasswordHasher()


class PasswordError(ValueError):
    """The password cannot be taken; says why."""


def find_user(session: Session, email: str) -> User | None:
    """The user with this address, within the session's scope."""
    return session.scalar(select(User).where(User.email_index == email_index(email)))


def create_user(session: Session, *, email: str, name: str, password: str, **values: Any) -> User:
    """A new user.

    Raises:
        PasswordError: too short or too long.
        EmailError: not an e-mail address.
    """
    email = checked_email(email)
    user = User(name=name, email=email, email_index=email_index(email), password_hash=hashed(password), **values)
    session.add(user)
    session.flush()
    return user


def sign_in(email: str, password: str) -> User | None:
    """The active user with this address and password, or None, in the same time either way."""
    with transaction(SIGN_IN) as session:
        user = find_user(session, email)
        if (
            not _matches(user.password_hash if user else _nobody(), password[:LONGEST])
            or user is None
            or not user.active
        ):
            return None
        if hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hasher.hash(password)
        return user


def load_user(user_id: UUID, session_version: int) -> User | None:
    """The user of a session cookie; None when the account is off or its sessions were ended."""
    with transaction(SIGN_IN) as session:
        user = session.get(User, user_id)
        return user if user and user.active and user.session_version == session_version else None


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
        if not _matches(user.password_hash, current[:LONGEST]):
            return None
        set_password(user, new)
        note(session, user.id, "password_changed")
        return user


def set_password(user: User, password: str) -> None:
    """Set a password and end all sessions.

    Raises:
        PasswordError: it cannot be taken.
    """
    user.password_hash = hashed(password)
    user.session_version += 1


def end_sessions(user_id: UUID) -> User:
    """End all sessions of a person."""
    with transaction(SIGN_IN) as session:
        user = session.get_one(User, user_id)
        user.session_version += 1
        note(session, user.id, "ended")
        return user


def hashed(password: str) -> str:
    """A password as it is kept.

    Raises:
        PasswordError: too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(f"A password has {SHORTEST} to {LONGEST} characters.")
    return hasher.hash(password)


@cache
def _nobody() -> str:
    """What is compared against when the address is unknown, so that both refusals take the same time."""
    return hasher.hash("nobody has this password")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
