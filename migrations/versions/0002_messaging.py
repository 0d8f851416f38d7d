"""Channels, contacts, templates, conversations and messages.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PROTECTED = {
    "webhook_rejection": Protection(services=("statuses", "intake", "cron")),
    "channel_account": Protection(services=("lanes", "statuses", "intake", "cron")),
    "contact": Protection(services=("statuses", "cron")),
    "contact_import": Protection(services=("cron",)),
    "suppression": Protection(services=("statuses",)),
    "tag": Protection(),
    "channel_number": Protection(services=("lanes", "statuses", "intake", "cron")),
    "consent": Protection(services=("statuses",)),
    "contact_identifier": Protection(services=("statuses",)),
    "contact_tag": Protection(services=("statuses",)),
    "imported_contact": Protection(services=("statuses",)),
    "import_verdict": Protection(),
    "template": Protection(services=("statuses", "cron")),
    "batch": Protection(services=("lanes", "statuses", "events", "cron")),
    "conversation": Protection(services=("statuses",)),
    "lane": Protection(services=("lanes", "cron")),
    "template_change": Protection(services=("statuses", "cron")),
    "message": Protection(services=("lanes", "statuses", "events", "cron")),
}


def upgrade() -> None:
    op.create_table(
        "webhook_rejection",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_rejection")),
    )
    op.create_table(
        "channel_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("credentials_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("status_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'blocked')", name=op.f("ck_channel_account_status")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_channel_account_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_account")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_channel_account_channel_external_id")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_channel_account_endpoint")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_channel_account_tenant_id_id")),
    )
    op.create_table(
        "contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("locale", sa.Text(), server_default="", nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("marketing", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("marketing IN ('unknown', 'granted', 'withdrawn')", name=op.f("ck_contact_marketing")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_contact_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_contact_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "phone_index", name=op.f("uq_contact_tenant_id_phone_index")),
    )
    op.create_index("ix_contact_email", "contact", ["tenant_id", "email_index"], unique=False)
    op.create_index("ix_contact_name", "contact", ["tenant_id", "name", "id"], unique=False)
    op.create_table(
        "contact_import",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("layout", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("bytes_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'finished', 'refused')", name=op.f("ck_contact_import_state")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_contact_import_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_contact_import_tenant_id_id")),
    )
    op.create_table(
        "suppression",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_suppression_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "tenant_id", "phone_index", "category", name=op.f("uq_suppression_tenant_id_phone_index_category")
        ),
    )
    op.create_table(
        "tag",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tag_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_tag_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_tag_tenant_id_name")),
    )
    op.create_table(
        "channel_number",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("pace", sa.BigInteger(), server_default="80", nullable=False),
        sa.Column("quality", sa.Text(), server_default="UNKNOWN", nullable=False),
        sa.Column("limit_tier", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="CONNECTED", nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("pace > 0", name=op.f("ck_channel_number_pace")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["channel_account.tenant_id", "channel_account.id"],
            name=op.f("fk_channel_number_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_number")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("uq_channel_number_account_id_external_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_channel_number_tenant_id_id")),
    )
    op.create_table(
        "consent",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), server_default="marketing", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('granted', 'withdrawn')", name=op.f("ck_consent_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_consent_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_contact", "consent", ["tenant_id", "contact_id", "given_at"], unique=False)
    op.create_table(
        "contact_identifier",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_contact_identifier_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_identifier")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "value_index", name=op.f("uq_contact_identifier_tenant_id_kind_value_index")
        ),
    )
    op.create_index("ix_contact_identifier_contact", "contact_identifier", ["tenant_id", "contact_id"], unique=False)
    op.create_table(
        "contact_tag",
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_contact_tag_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tag_id"],
            ["tag.tenant_id", "tag.id"],
            name=op.f("fk_contact_tag_tenant_id_tag_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tag_id", "contact_id", name=op.f("pk_contact_tag")),
    )
    op.create_index("ix_contact_tag_contact", "contact_tag", ["contact_id"], unique=False)
    op.create_table(
        "imported_contact",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_imported_contact_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["contact_import.tenant_id", "contact_import.id"],
            name=op.f("fk_imported_contact_tenant_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "contact_id", name=op.f("pk_imported_contact")),
    )
    op.create_index("ix_imported_contact_contact", "imported_contact", ["contact_id"], unique=False)
    op.create_table(
        "import_verdict",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), server_default="", nullable=False),
        sa.Column("row_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["contact_import.tenant_id", "contact_import.id"],
            name=op.f("fk_import_verdict_tenant_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_verdict")),
        sa.UniqueConstraint("import_id", "line", name=op.f("uq_import_verdict_import_id_line")),
    )
    op.create_table(
        "template",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), server_default="UNKNOWN", nullable=False),
        sa.Column("parameter_format", sa.Text(), server_default="POSITIONAL", nullable=False),
        sa.Column("components", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("variables", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["channel_account.tenant_id", "channel_account.id"],
            name=op.f("fk_template_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint("account_id", "name", "language", name=op.f("uq_template_account_id_name_language")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_template_tenant_id_id")),
    )
    op.create_index("ix_template_external", "template", ["account_id", "external_id"], unique=False)
    op.create_table(
        "batch",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("unknown_policy", sa.Text(), server_default="leave", nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'paused', 'cancelled', 'finished')", name=op.f("ck_batch_state")),
        sa.CheckConstraint("unknown_policy IN ('leave', 'retry')", name=op.f("ck_batch_unknown_policy")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "number_id"],
            ["channel_number.tenant_id", "channel_number.id"],
            name=op.f("fk_batch_tenant_id_number_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_batch_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "source", "source_id", name=op.f("uq_batch_tenant_id_source_source_id")),
    )
    op.create_index("ix_batch_open", "batch", ["number_id"], unique=False, postgresql_where="state = 'running'")
    op.create_table(
        "conversation",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("window_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_conversation_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "number_id"],
            ["channel_number.tenant_id", "channel_number.id"],
            name=op.f("fk_conversation_tenant_id_number_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_conversation_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "number_id", "contact_id", name=op.f("uq_conversation_tenant_id_number_id_contact_id")
        ),
    )
    op.create_index("ix_conversation_latest", "conversation", ["tenant_id", "last_message_at", "id"], unique=False)
    op.create_table(
        "lane",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "number_id"],
            ["channel_number.tenant_id", "channel_number.id"],
            name=op.f("fk_lane_tenant_id_number_id"),
        ),
        sa.PrimaryKeyConstraint("number_id", name=op.f("pk_lane")),
    )
    op.create_index("ix_lane_wake", "lane", ["wake_at"], unique=False)
    op.create_table(
        "template_change",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "template_id"],
            ["template.tenant_id", "template.id"],
            name=op.f("fk_template_change_tenant_id_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_change")),
    )
    op.create_index(
        "ix_template_change_template", "template_change", ["tenant_id", "template_id", "changed_at"], unique=False
    )
    op.create_table(
        "message",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("direction", sa.Text(), server_default="out", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="5", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("attempt", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("provider_id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("provider_index", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("error_code", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("direction IN ('out', 'in')", name=op.f("ck_message_direction")),
        sa.CheckConstraint(
            "state IN ('planned', 'sending', 'accepted', 'failed', 'unknown', 'cancelled', 'received')",
            name=op.f("ck_message_state"),
        ),
        sa.CheckConstraint("status IN ('', 'sent', 'failed', 'delivered', 'read')", name=op.f("ck_message_status")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"], ["batch.tenant_id", "batch.id"], name=op.f("fk_message_tenant_id_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_message_tenant_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            name=op.f("fk_message_tenant_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "number_id"],
            ["channel_number.tenant_id", "channel_number.id"],
            name=op.f("fk_message_tenant_id_number_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("tenant_id", "idempotency_key", name=op.f("uq_message_tenant_id_idempotency_key")),
        sa.UniqueConstraint("tenant_id", "provider_index", name=op.f("uq_message_tenant_id_provider_index")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_message_batch", "message", ["batch_id", "state", "status"], unique=False)
    op.create_index(
        "ix_message_batch_planned", "message", ["batch_id", "id"], unique=False, postgresql_where="state = 'planned'"
    )
    op.create_index("ix_message_contact", "message", ["tenant_id", "contact_id", "id"], unique=False)
    op.create_index("ix_message_conversation", "message", ["conversation_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_message_in_doubt",
        "message",
        ["number_id"],
        unique=False,
        postgresql_where="state IN ('sending', 'unknown')",
    )
    op.create_index(
        "ix_message_single_planned",
        "message",
        ["number_id", "priority", "id"],
        unique=False,
        postgresql_where="state = 'planned' AND batch_id IS NULL",
    )
    for table, protection in PROTECTED.items():
        for statement in protection.statements(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(PROTECTED):
        op.drop_table(table)
