"""Payments into wallets, and their invoices, which the application's role may not change.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHECKS = {
    "state": "state IN ('open', 'paid', 'expired', 'failed', 'refunded')",
    "positive": "amount > 0",
    "refunded": "refunded BETWEEN 0 AND amount",
    "taken_back": "taken_back BETWEEN 0 AND refunded",
    "second_person": "confirmed_by <> started_by",
}
PROTECTIONS = {
    "payment": Protection(),
    "invoice_series": Protection(tenant=""),
    "invoice": Protection(also="reseller_id = {reseller}"),
}


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("taken_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_payment_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "reference", name=op.f("uq_payment_provider_reference")),
    )
    op.create_index("ix_payment_tenant_id", "payment", ["tenant_id", "id"])
    _invoices()
    for table, protection in PROTECTIONS.items():
        for statement in protection.statements(table):
            op.execute(statement)
    role = context.config.attributes["app_role"]
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON invoice FROM "{role}"')


def _invoices() -> None:
    op.create_table(
        "invoice_series",
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_invoice_series_reseller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_series")),
        sa.UniqueConstraint(
            "reseller_id",
            "kind",
            "year",
            name=op.f("uq_invoice_series_reseller_id_kind_year"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "invoice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoice_number")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_invoice_tenant_id")),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_invoice_reseller_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_invoice_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "reseller_id",
            "kind",
            "year",
            "number",
            name=op.f("uq_invoice_reseller_id_kind_year_number"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_invoice_payment", "invoice", ["payment_id"])
    once = sa.text("kind = 'invoice'")
    op.create_index("ix_invoice_once", "invoice", ["payment_id"], unique=True, postgresql_where=once)
    op.create_index("ix_invoice_tenant_id", "invoice", ["tenant_id", "id"])


def downgrade() -> None:
    op.drop_table("invoice")
    op.drop_table("invoice_series")
    op.drop_table("payment")
