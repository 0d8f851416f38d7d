"""New passwords for people who have forgotten theirs, by a link that goes to their address."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.identity.models import PasswordReset, User
from aerostic.identity.people import set_password
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sign_ins import note
from aerostic.identity.tokens import digest_of, new_token

GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewReset:
    """A person with the secret of their link."""

    user: User
    token: str = field(repr=False)


def start_reset(session: Session, email_index: bytes) -> NewReset | None:
    """Let the person with this address choose a new password; None when there is nobody active. An older link is dead.

    Args:
        email_index: see `emails.email_index`.
    """
    user = session.scalar(select(User).where(User.email_index == email_index, User.active))
    if user is None:
        return None
    token, digest = new_token()
    session.execute(delete(PasswordReset).where(PasswordReset.user_id == user.id))
    session.add(PasswordReset(user_id=user.id, digest=digest, expires_at=utcnow() + GOOD_FOR))
    session.flush()
    return NewReset(user, token)


def is_good(token: str) -> bool:
    """Whether a link can still be used."""
    good = PasswordReset.digest == digest_of(token), PasswordReset.expires_at > utcnow()
    with transaction(SIGN_IN) as session:
        return session.scalar(select(PasswordReset.id).where(*good)) is not None


def finish_reset(token: str, password: str) -> User | None:
    """Set the new password and end all sessions; None when the link was used or has expired.

    Raises:
        PasswordError: the password cannot be taken; the link stays good.
    """
    gone = delete(PasswordReset).where(PasswordReset.digest == digest_of(token), PasswordReset.expires_at > utcnow())
    with transaction(SIGN_IN) as session:
        user_id = session.scalar(gone.returning(PasswordReset.user_id))
        user = session.get(User, user_id) if user_id else None
        if user is None or not user.active:
            return None
        set_password(session, user, password)
        note(session, user.id, "password_changed")
        return user
