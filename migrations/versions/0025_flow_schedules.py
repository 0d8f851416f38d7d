"""Flows that start by the clock, or for many contacts; and numbers that are found by their digits.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from aerostic.db.rls import Protection

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("flow_schedule", "flow_wave")
PROTECTION = Protection(services=("flows",))
DIGITS = r"regexp_replace(display, '\D', '', 'g')"


def upgrade() -> None:
    op.create_table(
        "flow_schedule",
        *_columns(),
        sa.Column("timetable", JSONB(), nullable=False),
        _moment("next_at"),
        *_keys("flow_schedule", "node"),
    )
    op.create_index("ix_flow_schedule_due", "flow_schedule", ["next_at"])
    op.create_table(
        "flow_wave",
        *_columns(),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("trigger", JSONB(), nullable=False),
        sa.Column("chain", JSONB(), server_default="[]", nullable=False),
        sa.Column("contacts", JSONB(), nullable=True),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("tag_id", "place")),
        *map(_moment, ("next_at", "created_at")),
        *_keys("flow_wave", "node", "cause"),
    )
    op.create_index("ix_flow_wave_tenant", "flow_wave", ["tenant_id", "id"])
    op.create_index("ix_channel_number_digits", "channel_number", [sa.text(DIGITS)])
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_channel_number_digits", "channel_number")
    for table in reversed(TABLES):
        op.drop_table(table)


def _columns() -> tuple[sa.Column, ...]:
    ids = (sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "tenant_id", "flow_id", "version_id"))
    return *ids, sa.Column("node", sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _keys(table: str, *unique: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("flow_id", *unique, name=op.f(f"uq_{table}_flow_id_{'_'.join(unique)}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id"],
            ["flow.tenant_id", "flow.id"],
            name=op.f(f"fk_{table}_tenant_id_flow_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["flow_version.tenant_id", "flow_version.id"],
            name=op.f(f"fk_{table}_tenant_id_version_id"),
        ),
    )
