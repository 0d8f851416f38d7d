"""Webhooks that start flows.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("flow_hook", "flow_hook_key")
PROTECTION = Protection(services=("flows",))


def upgrade() -> None:
    op.create_table(
        "flow_hook",
        *_ids("id", "tenant_id", "flow_id"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("node", "token")),
        sa.Column("secrets_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_hook")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_flow_hook_tenant_id_id")),
        sa.UniqueConstraint("flow_id", "node", name=op.f("uq_flow_hook_flow_id_node")),
        sa.UniqueConstraint("token", name=op.f("uq_flow_hook_token")),
        _of("flow_hook", "flow", "flow_id"),
    )
    op.create_table(
        "flow_hook_key",
        *_ids("id", "tenant_id", "hook_id", "run_id"),
        sa.Column("sent", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_hook_key")),
        _of("flow_hook_key", "flow_hook", "hook_id"),
    )
    op.create_index("ix_flow_hook_key_hook", "flow_hook_key", ["hook_id", "created_at"])
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _ids(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Uuid(), nullable=False) for name in names)


def _of(table: str, other: str, column: str) -> sa.Constraint:
    names = ["tenant_id", column], [f"{other}.tenant_id", f"{other}.id"]
    return sa.ForeignKeyConstraint(*names, name=op.f(f"fk_{table}_tenant_id_{column}"), ondelete="CASCADE")
