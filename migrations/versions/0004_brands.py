"""Brands of resellers, and the proof that a host is theirs.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OWN = Protection(tenant="", also="reseller_id = {reseller}", services=("brands",))
PROTECTED = {
    "brand_draft": OWN,
    "brand_version": OWN,
    "brand_file": OWN,
    "reseller": Protection(tenant="", also="id = {reseller}", services=("brands",)),
    "host": Protection(tenant="", also="reseller_id = {reseller}", services=("hosts", "brands")),
}
BEFORE = {
    "reseller": Protection(tenant="", also="id = {reseller}"),
    "host": Protection(tenant="", also="reseller_id = {reseller}", services=("hosts",)),
}


def upgrade() -> None:
    op.create_table(
        "brand_draft",
        sa.Column("reseller_id", sa.Uuid(), nullable=False),
        sa.Column("design", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_brand_draft_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_draft")),
        sa.UniqueConstraint("reseller_id", name=op.f("uq_brand_draft_reseller_id")),
    )
    op.create_table(
        "brand_version",
        sa.Column("reseller_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("design", postgresql.JSONB(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_brand_version_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_version")),
        sa.UniqueConstraint("reseller_id", "number", name=op.f("uq_brand_version_reseller_id_number")),
    )
    op.create_index(
        "ix_brand_version_current",
        "brand_version",
        ["reseller_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "brand_file",
        sa.Column("reseller_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('png', 'svg')", name=op.f("ck_brand_file_kind")),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_brand_file_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_file")),
        sa.UniqueConstraint("reseller_id", "digest", name=op.f("uq_brand_file_reseller_id_digest")),
    )
    op.add_column("host", sa.Column("proof", sa.Text(), server_default="", nullable=False))
    op.add_column("host", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("host", sa.Column("trouble", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("uq_host_name"), "host")
    op.create_unique_constraint(op.f("uq_host_reseller_id_name"), "host", ["reseller_id", "name"])
    op.create_index(
        "ix_host_served", "host", ["name"], unique=True, postgresql_where=sa.text("verified_at IS NOT NULL")
    )
    _protect(PROTECTED)


def downgrade() -> None:
    for table in ("brand_file", "brand_version", "brand_draft"):
        op.drop_table(table)
    op.drop_index("ix_host_served", "host")
    op.drop_constraint(op.f("uq_host_reseller_id_name"), "host")
    op.create_unique_constraint(op.f("uq_host_name"), "host", ["name"])
    for column in ("trouble", "checked_at", "proof"):
        op.drop_column("host", column)
    _protect(BEFORE)


def _protect(tables: dict[str, Protection]) -> None:
    for table, protection in tables.items():
        for statement in protection.statements(table):
            op.execute(statement)
