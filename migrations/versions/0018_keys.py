"""Data keys, each wrapped by a key-encryption key; how far re-encryption has come; when a tenant was erased; and
what work is to do, encrypted.

What was sealed before had keys derived from the root keys themselves, and nothing of that was ever released: a database that
holds some is made anew (`make demo` does).

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PROTECTION = Protection(tenant="", services=("keys",))
TABLES = ("data_key", "reencryption")
SEALED_BEFORE = "SELECT EXISTS (SELECT 1 FROM audit_entry) OR EXISTS (SELECT 1 FROM user_account)"
REFUSAL = "This database was filled by a version that was never released: its ciphertexts cannot be read any more. Make it anew."


def upgrade() -> None:
    if not context.is_offline_mode():
        _refuse_old_ciphertexts()
    op.create_table(
        "data_key",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(id) = 4", name=op.f("ck_data_key_id")),
        sa.CheckConstraint("purpose IN ('data', 'index', 'audit')", name=op.f("ck_data_key_purpose")),
        sa.CheckConstraint("state IN ('active', 'opens_only', 'destroyed')", name=op.f("ck_data_key_state")),
        sa.CheckConstraint("(wrapped IS NULL) = (state = 'destroyed')", name=op.f("ck_data_key_destroyed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
        _once("data_key", "tenant_id", "purpose", "version"),
    )
    op.create_index(
        "ix_data_key_active",
        "data_key",
        ["tenant_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "reencryption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reencryption")),
        _once("reencryption", "tenant_id", "place"),
    )
    op.drop_column("work", "options")
    op.add_column("work", sa.Column("options_sealed", sa.LargeBinary(), nullable=False))
    op.add_column("tenant", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_tenant_erased"), "tenant", "erased_at IS NULL OR status = 'suspended'")
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)
    # A key's row stays for ever: without it, erased could not be told from unknown.
    op.execute(f'REVOKE DELETE, TRUNCATE ON data_key FROM "{context.config.attributes["app_role"]}"')


def _refuse_old_ciphertexts() -> None:
    bind = op.get_bind()
    bind.execute(sa.text("SELECT set_config('aerostic.platform', 'on', true)"))
    found = bind.scalar(sa.text(SEALED_BEFORE))
    bind.execute(sa.text("SELECT set_config('aerostic.platform', '', true)"))
    if found:
        raise RuntimeError(REFUSAL)


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_{'_'.join(columns)}")
    return sa.UniqueConstraint(*columns, name=name, postgresql_nulls_not_distinct=True)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_tenant_erased"), "tenant", type_="check")
    op.drop_column("tenant", "erased_at")
    op.drop_column("work", "options_sealed")
    op.add_column("work", sa.Column("options", postgresql.JSONB(), nullable=False))
    for table in reversed(TABLES):
        op.drop_table(table)
