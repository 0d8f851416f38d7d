"""Codes of an app as a second step of signing in (RFC 6238: six digits, 30 seconds, SHA-1, which every app knows)."""

import hmac
import re
from datetime import timedelta
from time import time
from uuid import UUID

from pyotp import TOTP, random_base32
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.identity.factor_models import Authenticator, RecoveryCode
from aerostic.identity.recovery import new_codes
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.identity.sign_ins import note

SECONDS = 30
# A clock may be off by a step; RFC 6238, 5.2, advises no more.
STEPS = (0, -1, 1)
SET_UP_WITHIN = timedelta(hours=1)
FORM = re.compile(r"\d{6}")


def start_totp(user_id: UUID) -> None:
    """Make a seed for a new app. It counts when its first code comes; until then, starting again makes another.

    Raises:
        ValueError: the person has an app that counts.
    """
    with transaction(SIGN_IN) as session:
        before = _row(session, user_id, lock=True)
        if before and before.confirmed_at:
            raise ValueError("there is an authenticator already")
        if before:
            session.delete(before)
            session.flush()
        row = Authenticator(user_id=user_id)
        row.seed = random_base32()
        session.add(row)


def seed_to_set_up(user_id: UUID) -> str | None:
    """The seed of an app that is being set up, to be shown to its owner; None where there is none, or not for an hour."""
    with transaction(SIGN_IN) as session:
        row = _row(session, user_id)
        is_open = row and not row.confirmed_at and row.created_at > utcnow() - SET_UP_WITHIN
        return row.seed if row and is_open else None


def address_of(seed: str, email: str, issuer: str) -> str:
    """What the app reads from the picture: an `otpauth:` address."""
    return TOTP(seed).provisioning_uri(name=email, issuer_name=issuer)


def confirm_totp(user_id: UUID, session_id: UUID, code: str) -> list[str] | None:
    """Let the app count from now on, in this session, too. Answers recovery codes; None where the code is wrong."""
    with transaction(SIGN_IN) as session:
        row = _row(session, user_id, lock=True)
        step = _step_of(row.seed or "", code) if row and not row.confirmed_at else None
        if row is None or step is None:
            return None
        row.confirmed_at, row.last_step = utcnow(), step
        session.execute(update(UserSession).where(UserSession.id == session_id).values(factor="totp"))
        note(session, user_id, "second_step_on")
        return new_codes(session, user_id)


def has_totp(user_id: UUID) -> bool:
    """Whether a person has an app that counts."""
    with transaction(SIGN_IN) as session:
        row = _row(session, user_id)
        return row is not None and row.confirmed_at is not None


def use_totp(user_id: UUID, code: str) -> bool:
    """Whether a code is the app's; each is good once."""
    with transaction(SIGN_IN) as session:
        row = _row(session, user_id)
        step = _step_of(row.seed or "", code) if row and row.confirmed_at else None
        if step is None:
            return False
        # Of two who come with the same code at once, one finds it unused.
        unused = update(Authenticator).where(Authenticator.user_id == user_id, Authenticator.last_step < step)
        return session.scalar(unused.values(last_step=step).returning(Authenticator.id)) is not None


def remove_totp(user_id: UUID) -> None:
    """Forget the app and the recovery codes; sessions that began with them are as if begun with the password alone."""
    with transaction(SIGN_IN) as session:
        for table in (Authenticator, RecoveryCode):
            session.execute(delete(table).where(table.user_id == user_id))
        began = UserSession.user_id == user_id, UserSession.factor.in_(("totp", "recovery"))
        session.execute(update(UserSession).where(*began).values(factor="password"))
        note(session, user_id, "second_step_off")


def _step_of(seed: str, code: str) -> int | None:
    """The time step that a code belongs to; None where it is none of the present. Digits of any script are digits."""
    code = "".join(code.split())
    if not FORM.fullmatch(code):
        return None
    plain, now = f"{int(code):06d}", int(time()) // SECONDS
    good = [now + step for step in STEPS if hmac.compare_digest(TOTP(seed).generate_otp(now + step), plain)]
    return good[0] if good else None


def _row(session: Session, user_id: UUID, *, lock: bool = False) -> Authenticator | None:
    found = select(Authenticator).where(Authenticator.user_id == user_id)
    return session.scalar(found.with_for_update() if lock else found)
