"""The tables of brands. A draft is its reseller's alone; versions and files are what its hosts show."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

SERVICE = "brands"
OWN = Protection(tenant="", also="reseller_id = {reseller}", services=(SERVICE,))


class BrandDraft(Identified, Model):
    """What a reseller is working on. `revision` rises with each save, so that two people do not undo each other."""

    __tablename__ = "brand_draft"
    __protection__ = OWN
    __privacy__ = Privacy(public=("design",))

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller.id"), unique=True)
    design: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class BrandVersion(Identified, Model):
    """A design that was published; the one of them that is `current` is shown."""

    __tablename__ = "brand_version"
    __table_args__ = (
        UniqueConstraint("reseller_id", "number"),
        Index("ix_brand_version_current", "reseller_id", unique=True, postgresql_where=text("current")),
    )
    __protection__ = OWN
    __privacy__ = Privacy(public=("design",))

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller.id"))
    number: Mapped[int]
    design: Mapped[dict[str, Any]]
    current: Mapped[bool]
    author_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class BrandFile(Identified, Model):
    """A logo, drawn anew or cleaned when it came in. Never changed: another picture is another file."""

    __tablename__ = "brand_file"
    __table_args__ = (
        UniqueConstraint("reseller_id", "digest"),
        CheckConstraint("kind IN ('png', 'svg')", name="kind"),
    )
    __protection__ = OWN
    __privacy__ = Privacy(public=("kind", "body"), digest=("digest",))

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller.id"))
    kind: Mapped[str]
    digest: Mapped[str]
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
