"""Usage by day, the reseller's share of charges, the account it goes to, and its taking over as credits.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PROTECTION = Protection(
    also="tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
    services=("lanes", "statuses", "events", "cron"),
)
HOLDS = {
    "ix_ledger_hold_expires_at": (["expires_at"], "closed_at IS NULL"),
    "ix_ledger_hold_open": (["tenant_id", "created_at"], "captured + released < amount"),
}
SUMS = ("count", "amount", "paid_count", "paid", "shares", "back_count", "back")
PURPOSES = "purpose IN ('wallet', 'held', 'revenue', {} 'cost', 'bonus', 'outside')"
NUMBERS = "UPDATE charge c SET number_id = m.number_id FROM message m WHERE m.id = c.id"
BACK = "state IN ('refunded', 'released')"
FILL = f"""
    INSERT INTO billing_usage (tenant_id, day, number_id, market, category, currency, count, amount, paid_count, paid,
        back_count, back)
    SELECT tenant_id, CAST(created_at AT TIME ZONE 'UTC' AS date),
        coalesce(number_id, '00000000-0000-0000-0000-000000000000'), market, category, currency, count(*), sum(amount),
        count(*) FILTER (WHERE state = 'captured'), coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0),
        count(*) FILTER (WHERE {BACK}), coalesce(sum(amount) FILTER (WHERE {BACK}), 0)
    FROM charge GROUP BY 1, 2, 3, 4, 5, 6
"""


KINDS = "kind IN ('sale', 'topup', 'allocation', 'clawback'{})"
OF_RESELLER = "(tenant_id IS NULL) = (kind IN ('sale'{}))"


def upgrade() -> None:
    for name, (columns, where) in HOLDS.items():
        op.create_index(name, "ledger_hold", columns, postgresql_where=sa.text(where))
    _replace("credit_request", "kind", KINDS.format(", 'earning'"))
    _replace("credit_request", "tenant", OF_RESELLER.format(", 'earning'"))
    _replace("ledger_account", "purpose", PURPOSES.format("'margin',"))
    op.add_column("charge", sa.Column("number_id", sa.Uuid(), nullable=True))
    op.add_column("charge", sa.Column("share", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_charge_share"), "charge", "share BETWEEN 0 AND amount")
    op.create_table(
        "billing_usage",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("market", "category", "currency")),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_billing_usage_tenant_id")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "day", "number_id", "market", "category", "currency", name=op.f("pk_billing_usage")
        ),
        postgresql_with={"fillfactor": 70},
    )
    # A reseller's acts are announced to its workspaces.
    for table, service in (("outbox", "relay"), ("mail", "mail")):
        for statement in Protection(services=(service,), insert_only_for_all=True).statements(table):
            op.execute(statement)
    op.execute(NUMBERS)
    op.execute(FILL)
    for statement in PROTECTION.statements("billing_usage"):
        op.execute(statement)


def downgrade() -> None:
    for name in HOLDS:
        op.drop_index(name, "ledger_hold")
    op.drop_table("billing_usage")
    op.drop_column("charge", "share")
    op.drop_column("charge", "number_id")
    _replace("ledger_account", "purpose", PURPOSES.format(""))
    _replace("credit_request", "tenant", OF_RESELLER.format(""))
    _replace("credit_request", "kind", KINDS.format(""))


def _replace(table: str, name: str, rule: str) -> None:
    name = op.f(f"ck_{table}_{name}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, rule)
