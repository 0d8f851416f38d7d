"""Devices that people have signed in with before. Each has a random cookie, of which there is only a digest here."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from aerostic.db import Identified, Model, new_id, transaction, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.tokens import digest_of

KEPT = timedelta(days=400)


class Device(Identified, Model):
    """A browser in which a person has signed in."""

    __tablename__ = "user_device"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(digest=("digest",))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[bytes]
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)


def is_known(email_index: bytes, token: str) -> bool:
    """Whether the person with this address has signed in with this device; the work is the same where there is nobody."""
    found = select(Device.id).join(User, User.id == Device.user_id)
    found = found.where(Device.digest == digest_of(token), User.email_index == email_index)
    with transaction(SIGN_IN) as session:
        return session.scalar(found) is not None


def remember_device(session: Session, user_id: UUID, token: str) -> bool:
    """Know a device from now on. Answers whether it is new, and not the person's first."""
    mine = Device.user_id == user_id
    others = session.scalar(select(exists().where(mine)))
    row = insert(Device).values(id=new_id(), user_id=user_id, digest=digest_of(token), seen_at=utcnow())
    row = row.on_conflict_do_update(index_elements=["user_id", "digest"], set_={"seen_at": row.excluded.seen_at})
    before = session.scalar(select(Device.id).where(mine, Device.digest == digest_of(token)))
    session.execute(row)
    return bool(others) and before is None


def forget_devices(session: Session, user_id: UUID) -> None:
    """Know none of a person's devices any more."""
    session.execute(delete(Device).where(Device.user_id == user_id))


def forget_unused_devices(session: Session) -> None:
    """Know no device any more whose cookie has expired."""
    session.execute(delete(Device).where(Device.seen_at < utcnow() - KEPT))
