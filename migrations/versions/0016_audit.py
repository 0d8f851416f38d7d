"""The audit chain, whose entries and checkpoints the application's role may not change.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import context, op

from aerostic.db.rls import Protection

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FROM_BODY = {
    "actor": "((body)::jsonb ->> 'actor'::text)",
    "area": "split_part(((body)::jsonb ->> 'action'::text), '.'::text, 1)",
    "target": "((body)::jsonb ->> 'target'::text)",
}
SERVICES = ("audit",)
PROTECTIONS = {
    "audit_pending": Protection(services=SERVICES, insert_only_for_all=True),
    "audit_entry": Protection(services=SERVICES),
    "audit_head": Protection(services=SERVICES),
    "audit_checkpoint": Protection(services=SERVICES),
}
FOR_EVER = ("audit_entry", "audit_checkpoint")


def upgrade() -> None:
    op.create_table(
        "audit_pending",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ticket", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_pending")),
    )
    op.create_index("ix_audit_pending_chain", "audit_pending", ["tenant_id", "position"])
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), sa.Computed(rule, persisted=True)) for name, rule in FROM_BODY.items()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        _once("audit_entry", "tenant_id", "seq"),
    )
    op.create_index("ix_audit_entry_tenant_id", "audit_entry", ["tenant_id", "id"])
    for name in FROM_BODY:
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", ["tenant_id", name, "id"])
    _marks()
    for table, protection in PROTECTIONS.items():
        for statement in protection.statements(table):
            op.execute(statement)
    role = context.config.attributes["app_role"]
    for table in FOR_EVER:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')
    op.execute(f'REVOKE DELETE, TRUNCATE ON audit_head FROM "{role}"')
    op.execute(f'REVOKE UPDATE, TRUNCATE ON audit_pending FROM "{role}"')


def _marks() -> None:
    op.create_table(
        "audit_head",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        _once("audit_head", "tenant_id"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checkpoint")),
        _once("audit_checkpoint", "tenant_id", "seq"),
    )


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_{'_'.join(columns)}")
    return sa.UniqueConstraint(*columns, name=name, postgresql_nulls_not_distinct=True)


def downgrade() -> None:
    for table in PROTECTIONS:
        op.drop_table(table)
