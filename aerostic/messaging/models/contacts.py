"""Contacts, what they agreed to, and how they came in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

CONSENT = ("unknown", "granted", "withdrawn")
KEY = Text(collation="C")
FIELD_KEY_LENGTH = 200


class Contact(TenantOwned, Model):
    """A person a tenant talks to. The phone may be missing: some are known by a business-scoped id only.

    `marketing` is the present state of the consent history; `country` is the market code of the phone or of the
    business-scoped id (ISO 3166 alpha-2).

    The name keys are the name from its first, second and third word on, and the last word of a longer one, in lower case and
    without accents, to find people by the beginnings of words. They are columns, and in plain byte order, since row-level
    security lets no index on an expression or for patterns be used: only comparisons.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "phone_index"),
        Index("ix_contact_email", "tenant_id", "email_index"),
        Index("ix_contact_name_key", "tenant_id", "name_key", "id"),
        Index("ix_contact_name_key2", "tenant_id", "name_key2", "id", postgresql_where="name_key2 IS NOT NULL"),
        Index("ix_contact_name_key3", "tenant_id", "name_key3", "id", postgresql_where="name_key3 IS NOT NULL"),
        Index("ix_contact_name_key4", "tenant_id", "name_key4", "id", postgresql_where="name_key4 IS NOT NULL"),
        Index("ix_contact_created", "tenant_id", "created_at", "id"),
        Index("ix_contact_country", "tenant_id", "country", "id"),
        Index("ix_contact_marketing", "tenant_id", "marketing", "id"),
        Index("ix_contact_source", "tenant_id", "source", "id"),
        CheckConstraint(f"marketing IN {CONSENT}", name="marketing"),
    )
    __protection__ = Protection(services=("statuses", "cron"))
    __privacy__ = Privacy(
        public=("country", "locale", "marketing", "source"),
        searchable=("name", "name_key", "name_key2", "name_key3", "name_key4", "fields"),
        personal=("phone_sealed", "email_sealed"),
        digest=("phone_index", "email_index"),
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    phone_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    phone_index: Mapped[bytes | None]
    phone = sealed(str)
    email_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    email_index: Mapped[bytes | None]
    email = sealed(str)
    name: Mapped[str] = mapped_column(default="", server_default="")
    name_key: Mapped[str] = mapped_column(KEY, Computed("search_key(name)", persisted=True), deferred=True)
    name_key2: Mapped[str | None] = mapped_column(
        KEY, Computed("without_first_word(search_key(name))", persisted=True), deferred=True
    )
    name_key3: Mapped[str | None] = mapped_column(
        KEY, Computed("without_first_word(without_first_word(search_key(name)))", persisted=True), deferred=True
    )
    name_key4: Mapped[str | None] = mapped_column(
        KEY, Computed("last_of_many_words(search_key(name))", persisted=True), deferred=True
    )
    country: Mapped[str] = mapped_column(default="", server_default="")
    locale: Mapped[str] = mapped_column(default="", server_default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    marketing: Mapped[str] = mapped_column(default="unknown", server_default="unknown")
    source: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class ContactField(Model):
    """One custom field of a contact, kept by triggers on `contact.fields`, to find people by it: row-level security lets no
    index within JSON be used.

    `value_key` is the value's first `FIELD_KEY_LENGTH` letters in lower case. Empty values have no row.
    """

    __tablename__ = "contact_field"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_contact_field_value", "tenant_id", "name", "value_key", "contact_id"),
    )
    __protection__ = Protection(services=("statuses", "cron"))
    __privacy__ = Privacy(public=("name",), searchable=("value_key",))

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(KEY, primary_key=True)
    tenant_id: Mapped[UUID]
    value_key: Mapped[str] = mapped_column(KEY)


class ContactIdentifier(TenantOwned, Model):
    """Another name of a contact at a channel: a business-scoped user id, a user name, a wa_id that differs."""

    __tablename__ = "contact_identifier"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "value_index"),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_contact_identifier_contact", "tenant_id", "contact_id"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy(public=("kind",), personal=("value_sealed",), digest=("value_index",))

    contact_id: Mapped[UUID]
    kind: Mapped[str]
    value_sealed: Mapped[bytes] = mapped_column(Encrypted)
    value_index: Mapped[bytes]
    value = sealed(str)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Tag(TenantOwned, Model):
    """A label for contacts."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "name"))
    __protection__ = Protection()
    __privacy__ = Privacy(public=("name",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str]


class ContactTag(Model):
    """A contact wears a tag."""

    __tablename__ = "contact_tag"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "tag_id"], ["tag.tenant_id", "tag.id"], ondelete="CASCADE"),
        Index("ix_contact_tag_contact", "contact_id"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy()

    tag_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Consent(TenantOwned, Model):
    """One entry of the consent history: who said what, where and when. Never changed.

    `user_id` is the person of the tenant who wrote it down, where somebody did.
    """

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_consent_contact", "tenant_id", "contact_id", "given_at"),
        CheckConstraint("state IN ('granted', 'withdrawn')", name="state"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy(public=("category", "state", "source"))

    contact_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(default="marketing", server_default="marketing")
    state: Mapped[str]
    source: Mapped[str]
    user_id: Mapped[UUID | None]
    given_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Suppression(TenantOwned, Model):
    """A phone that must not be written to, whatever a later import says. `category` 'all' covers every category."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("tenant_id", "phone_index", "category"),)
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy(public=("category", "reason", "source"), digest=("phone_index",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    phone_index: Mapped[bytes]
    category: Mapped[str]
    reason: Mapped[str]
    source: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class ContactImport(TenantOwned, Model):
    """A file of contacts on its way in: its mapping, how far it is, and what became of its rows.

    A draft waits for a person to say how its columns are to be read.

    `layout` is what was found out about the file (encoding, delimiter, header, notices), once, before the first row.
    `bytes_done` and `lines_done` are where the next row begins: they move in the transaction that writes the rows.
    """

    __tablename__ = "contact_import"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        CheckConstraint("state IN ('draft', 'waiting', 'running', 'finished', 'refused')", name="state"),
    )
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(public=("path", "options", "layout", "state", "reason"), searchable=("name",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str]
    path: Mapped[str]
    options: Mapped[dict[str, Any]]
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    bytes_total: Mapped[int] = mapped_column(default=0, server_default="0")
    bytes_done: Mapped[int] = mapped_column(default=0, server_default="0")
    lines_done: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    updated: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    finished_at: Mapped[datetime | None]


class ImportedContact(Model):
    """A contact came with an import, from this line: finds a person's second row, and makes the import an audience."""

    __tablename__ = "imported_contact"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["tenant_id", "import_id"], ["contact_import.tenant_id", "contact_import.id"], ondelete="CASCADE"
        ),
        Index("ix_imported_contact_contact", "contact_id"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy()

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    line: Mapped[int]


class ImportVerdict(TenantOwned, Model):
    """Why one row of an import was not taken. The row itself is kept sealed, for the file of errors."""

    __tablename__ = "import_verdict"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        ForeignKeyConstraint(
            ["tenant_id", "import_id"], ["contact_import.tenant_id", "contact_import.id"], ondelete="CASCADE"
        ),
    )
    __protection__ = Protection()
    __privacy__ = Privacy(public=("verdict", "column"), personal=("row_sealed",))

    import_id: Mapped[UUID]
    line: Mapped[int]
    verdict: Mapped[str]
    column: Mapped[str] = mapped_column(default="", server_default="")
    row_sealed: Mapped[bytes] = mapped_column(Encrypted)
    row = sealed(dict)
