"""Flows: drafts, published versions, what starts them, and their runs.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from aerostic.db.rls import Protection

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("flow", "flow_version", "flow_trigger", "flow_run", "flow_stretch", "flow_heard")
PROTECTION = Protection(services=("flows",))
STATES = ("ready", "waiting", "calling", "outside", "unknown", "ended", "failed", "stopped", "cancelled")
LIVES = "state IN ('ready', 'waiting', 'calling', 'outside', 'unknown') AND conversation_id IS NOT NULL"

DEAD = "state IN ('failed', 'stopped', 'unknown')"


def upgrade() -> None:
    op.create_table(
        "flow",
        *_ids("id", "tenant_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft", JSONB(), server_default="{}", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("published_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "updated_at")),
        *_keys("flow"),
    )
    op.create_index("ix_flow_name", "flow", ["tenant_id", "name", "id"])
    op.create_table(
        "flow_version",
        *_ids("id", "tenant_id", "flow_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("flow_version"),
        sa.UniqueConstraint("flow_id", "number", name=op.f("uq_flow_version_flow_id_number")),
        _of("flow_version", "flow", "flow_id", ondelete="CASCADE"),
    )
    op.create_table(
        "flow_trigger",
        *_ids("flow_id"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("node", "event")),
        *_ids("tenant_id", "version_id"),
        sa.PrimaryKeyConstraint("flow_id", "node", "event", name=op.f("pk_flow_trigger")),
        _of("flow_trigger", "flow", "flow_id", ondelete="CASCADE"),
        _of("flow_trigger", "flow_version", "version_id"),
    )
    op.create_index("ix_flow_trigger_event", "flow_trigger", ["tenant_id", "event"])
    _runs()
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def _runs() -> None:
    op.create_table(
        "flow_run",
        *_ids("id", "tenant_id", "flow_id", "version_id"),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("contact_id", "conversation_id", "parent_id")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("going_sealed", "journal_sealed")),
        sa.Column("awaits", sa.Text(), server_default="", nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stretch", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_keys("flow_run"),
        _of("flow_run", "flow_version", "version_id"),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_flow_run_state")),
    )
    op.create_index("ix_flow_run_flow", "flow_run", ["flow_id", "id"])
    op.create_index("ix_flow_run_due", "flow_run", ["wake_at"], postgresql_where="wake_at IS NOT NULL")
    op.create_index("ix_flow_run_conversation", "flow_run", ["tenant_id", "conversation_id"], postgresql_where=LIVES)
    op.create_index("ix_flow_run_dead", "flow_run", ["tenant_id", "id"], postgresql_where=DEAD)
    contact = ["tenant_id", "contact_id"]
    op.create_index("ix_flow_run_contact", "flow_run", contact, postgresql_where="contact_id IS NOT NULL")
    op.create_index("ix_flow_run_parent", "flow_run", ["parent_id"], postgresql_where="parent_id IS NOT NULL")
    op.create_table(
        "flow_stretch",
        *_ids("id", "tenant_id", "run_id"),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("journal_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_stretch")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_flow_stretch_run_id_number")),
        _of("flow_stretch", "flow_run", "run_id", ondelete="CASCADE"),
    )
    op.create_table(
        "flow_heard",
        *_ids("id", "tenant_id"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_heard")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _ids(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Uuid(), nullable=False) for name in names)


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f(f"uq_{table}_tenant_id_id")),
    )


def _of(table: str, other: str, column: str, **options: str) -> sa.Constraint:
    names = ["tenant_id", column], [f"{other}.tenant_id", f"{other}.id"]
    return sa.ForeignKeyConstraint(*names, name=op.f(f"fk_{table}_tenant_id_{column}"), **options)
