"""Users: making them, and checking who signs in."""

from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, transaction
from aerostic.identity.models import User
from aerostic.security.vault import blind_index

EMAIL = "user_account.email"
SHORTEST = 10
LONGEST = 1024
hasher = PasswordHasher()
# Compared against when the address is unknown, so that both refusals take the same time.
NOBODY = hasher.hash("nobody has this password")


class PasswordError(ValueError):
    """The password cannot be taken; says why."""


def normal_email(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().lower()


def find_user(session: Session, email: str) -> User | None:
    """The user with this address, within the session's scope."""
    return session.scalar(select(User).where(User.email_index == blind_index(None, EMAIL, normal_email(email))))


def create_user(session: Session, *, email: str, name: str, password: str, **values: Any) -> User:
    """A new user.

    Raises:
        PasswordError: too short or too long.
        ValueError: not an e-mail address.
    """
    if "@" not in email.strip("@ "):
        raise ValueError("An e-mail address looks like name@example.org.")
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(f"A password has {SHORTEST} to {LONGEST} characters.")
    email = normal_email(email)
    user = User(
        name=name,
        email=email,
        email_index=blind_index(None, EMAIL, email),
        password_hash=hasher.hash(password),
        **values,
    )
    session.add(user)
    session.flush()
    return user


def sign_in(email: str, password: str) -> User | None:
    """The active user with this address and password, or None, in the same time either way."""
    with transaction(service_scope("sign-in")) as session:
        user = find_user(session, email)
        if not _matches(user.password_hash if user else NOBODY, password[:LONGEST]) or user is None or not user.active:
            return None
        if hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hasher.hash(password)
        return user


def load_user(user_id: UUID, session_version: int) -> User | None:
    """The user of a session cookie; None when the account is off or its sessions were ended."""
    with transaction(service_scope("sign-in")) as session:
        user = session.get(User, user_id)
        return user if user and user.active and user.session_version == session_version else None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
