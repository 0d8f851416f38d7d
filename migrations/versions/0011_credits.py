"""Credits of resellers: acts with who did them and why, approval of large ones, and a threshold for low balances.

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

REQUESTS = Protection(tenant="", also="reseller_id = {reseller} OR (tenant_id = {tenant} AND state = 'approved')")
OF_TENANTS = "tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})"
# What a reseller buys belongs to no tenant.
OF_RESELLER = (
    "(tenant_id IS NULL AND EXISTS (SELECT FROM ledger_account a"
    " WHERE a.id IN (source_id, target_id) AND a.reseller_id = {reseller}))"
)
SERVICES = ("lanes", "statuses", "events", "cron")
BEFORE = Protection(also=OF_TENANTS, services=SERVICES)
AFTER = Protection(also=f"{OF_TENANTS} OR {OF_RESELLER}", services=SERVICES)
CHECKS = {
    "kind": "kind IN ('sale', 'topup', 'allocation', 'clawback')",
    "state": "state IN ('waiting', 'approved', 'declined')",
    "side": "side IN ('platform', 'reseller')",
    "positive": "amount > 0",
    "decided": "(state = 'waiting') = (decided_at IS NULL)",
    "second_person": "state <> 'approved' OR decided_by <> asked_by",
    "tenant": "(tenant_id IS NULL) = (kind = 'sale')",
    "reseller": "(reseller_id IS NULL) = (kind = 'topup')",
}


def upgrade() -> None:
    op.add_column("reseller", sa.Column("approval_above", sa.BigInteger(), nullable=True))
    op.add_column("tenant", sa.Column("low_balance", sa.BigInteger(), nullable=True))
    op.add_column("tenant", sa.Column("low_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "credit_request",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_credit_request_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["reseller_id"], ["reseller.id"], name=op.f("fk_credit_request_reseller_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_credit_request_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_request")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_credit_request_waiting", "credit_request", ["asked_at"], postgresql_where=waiting)
    op.create_index("ix_credit_request_reseller_id", "credit_request", ["reseller_id", "id"])
    op.create_index("ix_credit_request_tenant_id", "credit_request", ["tenant_id", "id"])
    for statement in (*REQUESTS.statements("credit_request"), *AFTER.statements("ledger_transfer")):
        op.execute(statement)


def downgrade() -> None:
    for statement in BEFORE.statements("ledger_transfer"):
        op.execute(statement)
    op.drop_table("credit_request")
    op.drop_column("tenant", "low_told_at")
    op.drop_column("tenant", "low_balance")
    op.drop_column("reseller", "approval_above")
