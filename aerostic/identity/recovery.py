"""Recovery codes: what is written down for the day on which the app is lost. Each is good once."""

import secrets
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from aerostic.db import transaction
from aerostic.identity.factor_models import RecoveryCode
from aerostic.identity.scope import SIGN_IN
from aerostic.security.vault import blind_index

MANY, HALF = 10, 5
# 32 letters and digits that are not taken for one another: 50 bits a code.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
COLUMN = "recovery_code.digest"


def new_codes(session: Session, user_id: UUID) -> list[str]:
    """New codes of a person, which are shown now and never again; the old ones are good no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [f"{_half()}-{_half()}" for _ in range(MANY)]
    session.add_all(RecoveryCode(user_id=user_id, digest=_digest(user_id, code)) for code in codes)
    return codes


def use_code(user_id: UUID, code: str) -> bool:
    """Whether a code is one of a person's that was not used; now it is."""
    gone = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.digest == _digest(user_id, code))
    with transaction(SIGN_IN) as session:
        return session.scalar(gone.returning(RecoveryCode.id)) is not None


def codes_left(user_id: UUID) -> int:
    """How many are left."""
    with transaction(SIGN_IN) as session:
        mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
        return session.scalar(mine) or 0


def _half() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(HALF))


def _digest(user_id: UUID, code: str) -> bytes:
    """Keyed: fifty bits could be tried one after another by who has nothing but the table."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return blind_index(None, COLUMN, f"{user_id}:{plain}")
