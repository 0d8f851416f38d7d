"""The outbox, tenancy, identity, the ledger and charges.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PROTECTED = {
    "outbox": Protection(services=("relay",), insert_only_for_all=True),
    "reseller": Protection(tenant="", also="id = {reseller}"),
    "host": Protection(tenant="", also="reseller_id = {reseller}", services=("hosts",)),
    "tenant": Protection(
        tenant="id",
        also="reseller_id = {reseller}",
        services=("lanes", "statuses", "relay", "events", "cron", "intake"),
    ),
    "user_account": Protection(
        tenant="",
        also="id IN (SELECT user_id FROM member WHERE member.tenant_id = {tenant}) OR reseller_id = {reseller}",
        services=("sign-in",),
    ),
    "ledger_account": Protection(
        also="reseller_id = {reseller} OR tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=("lanes", "statuses", "events", "cron"),
    ),
    "member": Protection(services=("sign-in",)),
    "tenant_plugin": Protection(services=("lanes", "statuses", "relay", "events", "cron", "intake")),
    "ledger_hold": Protection(services=("lanes", "statuses", "events", "cron")),
    "charge": Protection(services=("lanes", "statuses", "events", "cron")),
    "ledger_transfer": Protection(
        also="tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=("lanes", "statuses", "events", "cron"),
    ),
    "ledger_entry": Protection(
        also="account_id IN (SELECT a.id FROM ledger_account a)",
        services=("lanes", "statuses", "events", "cron"),
    ),
}

IMMUTABLE = ("ledger_transfer", "ledger_entry")


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_position", "outbox", ["position"], unique=False)
    op.create_table(
        "reseller",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reseller")),
        sa.UniqueConstraint("slug", name=op.f("uq_reseller_slug")),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reseller_id", sa.Uuid(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_host_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("name", name=op.f("uq_host_name")),
    )
    op.create_table(
        "tenant",
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="USD", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_tenant_status")),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_tenant_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
    )
    op.create_table(
        "user_account",
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), server_default="", nullable=False),
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("session_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("staff IN ('', 'reseller', 'platform')", name=op.f("ck_user_account_staff")),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_user_account_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_index", name=op.f("uq_user_account_email_index")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('wallet', 'held', 'revenue', 'cost', 'bonus', 'outside')",
            name=op.f("ck_ledger_account_purpose"),
        ),
        sa.CheckConstraint("floor IS NULL OR balance >= floor", name=op.f("ck_ledger_account_floor")),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_ledger_account_reseller_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_account_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint(
            "tenant_id",
            "reseller_id",
            "purpose",
            "currency",
            name=op.f("uq_ledger_account_tenant_id_reseller_id_purpose_currency"),
            postgresql_nulls_not_distinct=True,
        ),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'marketer', 'agent', 'viewer')", name=op.f("ck_member_role")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_member_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("tenant_id", "user_id", name=op.f("uq_member_tenant_id_user_id")),
    )
    op.create_index("ix_member_user", "member", ["user_id"], unique=False)
    op.create_table(
        "tenant_plugin",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("secrets_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tenant_plugin_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_plugin")),
        sa.UniqueConstraint("tenant_id", "plugin", name=op.f("uq_tenant_plugin_tenant_id_plugin")),
    )
    op.create_table(
        "ledger_hold",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("held_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("assigned", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0 AND captured >= 0 AND released >= 0", name=op.f("ck_ledger_hold_positive")),
        sa.CheckConstraint(
            "captured + released <= assigned AND assigned <= amount", name=op.f("ck_ledger_hold_within")
        ),
        sa.ForeignKeyConstraint(["held_id"], ["ledger_account.id"], name=op.f("fk_ledger_hold_held_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_hold_tenant_id")),
        sa.ForeignKeyConstraint(["wallet_id"], ["ledger_account.id"], name=op.f("fk_ledger_hold_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_hold")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_ledger_hold_tenant_id_key")),
    )
    op.create_table(
        "charge",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'captured', 'refunded', 'released')", name=op.f("ck_charge_state")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_charge_positive")),
        sa.CheckConstraint("amount = 0 OR hold_id IS NOT NULL", name=op.f("ck_charge_held_for")),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_hold.id"], name=op.f("fk_charge_hold_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_charge_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_charge_hold", "charge", ["hold_id"], unique=False)
    op.create_index("ix_charge_open", "charge", ["created_at"], unique=False, postgresql_where="state = 'held'")
    op.create_table(
        "ledger_transfer",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transfer_positive")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_ledger_transfer_two_accounts")),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_hold.id"], name=op.f("fk_ledger_transfer_hold_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_transfer.id"], name=op.f("fk_ledger_transfer_reverses_id")),
        sa.ForeignKeyConstraint(["source_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_target_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_transfer_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_transfer_reverses_id")),
        sa.UniqueConstraint(
            "tenant_id", "key", name=op.f("uq_ledger_transfer_tenant_id_key"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("ix_ledger_transfer_subject", "ledger_transfer", ["tenant_id", "subject_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_entry_account_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfer.id"], name=op.f("fk_ledger_entry_transfer_id")),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_transfer_id"), "ledger_entry", ["transfer_id"], unique=False)
    for table, protection in PROTECTED.items():
        for statement in protection.statements(table):
            op.execute(statement)
    role = context.config.attributes["app_role"]
    for table in IMMUTABLE:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')


def downgrade() -> None:
    for table in PROTECTED:
        op.execute(f"DROP POLICY scope ON {table}")  # one table's policy may look into another table
    op.execute("DROP POLICY announce ON outbox")
    for table in reversed(PROTECTED):
        op.drop_table(table)
