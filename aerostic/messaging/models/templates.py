"""Templates as the provider has approved them, and what happened to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class Template(TenantOwned, Model):
    """A message template: one name in one language. Only status APPROVED may be sent.

    `variables` lists what must be filled in, in order: `{"component", "index", "name", "sample"}` each.
    """

    __tablename__ = "template"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("account_id", "name", "language"),
        ForeignKeyConstraint(["tenant_id", "account_id"], ["channel_account.tenant_id", "channel_account.id"]),
        Index("ix_template_external", "account_id", "external_id"),
    )
    __protection__ = Protection(services=("statuses", "cron"))
    __privacy__ = Privacy(
        public=(
            "external_id",
            "name",
            "language",
            "category",
            "status",
            "quality",
            "parameter_format",
            "components",
            "variables",
            "reason",
        )
    )

    account_id: Mapped[UUID]
    external_id: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    category: Mapped[str]
    status: Mapped[str]
    quality: Mapped[str] = mapped_column(default="UNKNOWN", server_default="UNKNOWN")
    parameter_format: Mapped[str] = mapped_column(default="POSITIONAL", server_default="POSITIONAL")
    components: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    variables: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    synced_at: Mapped[datetime] = mapped_column(default=utcnow)


class TemplateChange(TenantOwned, Model):
    """One entry of a template's history: its status, category or quality went from `old` to `new`."""

    __tablename__ = "template_change"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "template_id"], ["template.tenant_id", "template.id"], ondelete="CASCADE"),
        Index("ix_template_change_template", "tenant_id", "template_id", "changed_at"),
    )
    __protection__ = Protection(services=("statuses", "cron"))
    __privacy__ = Privacy(public=("what", "old", "new", "reason"))

    template_id: Mapped[UUID]
    what: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)
