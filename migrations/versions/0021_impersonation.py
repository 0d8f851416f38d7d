"""Staff at work in somebody else's workspace, and whether a reseller asks its own for a second step.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "impersonation"
PROTECTION = Protection(services=("sign-in",), write="false")


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "tenant_id", "user_id", "session_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "host")),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "ends_at")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("opened_at", "ended_at")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_impersonation_tenant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_impersonation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonation")),
        sa.UniqueConstraint("digest", name=op.f("uq_impersonation_digest")),
    )
    op.create_index("ix_impersonation_open", TABLE, ["ends_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ix_impersonation_tenant", TABLE, ["tenant_id"])
    op.add_column("reseller", sa.Column("second_step", sa.Boolean(), server_default="false", nullable=False))
    for statement in PROTECTION.statements(TABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("reseller", "second_step")
    op.drop_table(TABLE)
