"""What each workspace uses, by hour and by day.

Revision ID: 0029
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OF_RESELLER = "tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})"
PROTECTIONS = {
    "metered_hour": Protection(also=OF_RESELLER, services=("usage",)),
    "metered_day": Protection(also=OF_RESELLER, services=("usage",)),
    "metered_event": Protection(tenant="", services=("usage",)),
}


def upgrade() -> None:
    for unit, kind in (("hour", sa.DateTime(timezone=True)), ("day", sa.Date())):
        op.create_table(
            f"metered_{unit}",
            sa.Column("tenant_id", sa.Uuid(), nullable=False),
            sa.Column("kind", sa.Text(), nullable=False),
            sa.Column(unit, kind, nullable=False),
            sa.Column("amount", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("tenant_id", "kind", unit, name=op.f(f"pk_metered_{unit}")),
            postgresql_with={"fillfactor": 70},
        )
        op.create_index(f"ix_metered_{unit}_{unit}", f"metered_{unit}", [unit])
    op.create_table(
        "metered_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metered_event")),
    )
    op.create_index("ix_metered_event_at", "metered_event", ["at"], postgresql_using="brin")
    for table, protection in PROTECTIONS.items():
        for statement in protection.statements(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(PROTECTIONS):
        op.drop_table(table)
