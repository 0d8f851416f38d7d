"""Invitations, new passwords, mail, and what people prefer; signing in shows the names of one's workspaces.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERVICES = ("lanes", "statuses", "relay", "events", "cron", "intake")
PROTECTED = {
    "invitation": Protection(services=("sign-in",)),
    "password_reset": Protection(tenant="", services=("sign-in",)),
    "mail": Protection(services=("mail",), insert_only_for_all=True),
}
# What people prefer: column, what it starts as, and what it may be.
PREFERENCES = (
    ("mode", "system", "mode IN ('system', 'light', 'dark')"),
    ("density", "normal", "density IN ('normal', 'compact')"),
)


def upgrade() -> None:
    for column, start, choices in PREFERENCES:
        op.add_column("user_account", sa.Column(column, sa.Text(), server_default=start, nullable=False))
        op.create_check_constraint(op.f(f"ck_user_account_{column}"), "user_account", choices)
    for column in ("zone", "locale"):
        op.alter_column("user_account", column, server_default="")
    op.create_table(
        "invitation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'admin', 'marketer', 'agent', 'viewer')", name=op.f("ck_invitation_role")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_invitation_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_index(
        "ix_invitation_open",
        "invitation",
        ["tenant_id", "email_index"],
        unique=True,
        postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
    )
    op.create_table(
        "password_reset",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_password_reset_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("digest", name=op.f("uq_password_reset_digest")),
        sa.UniqueConstraint("user_id", name=op.f("uq_password_reset_user_id")),
    )
    op.create_table(
        "mail",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("reseller_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'kept')", name=op.f("ck_mail_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_due", "mail", ["due_at"], postgresql_where="state = 'waiting'")
    op.create_index("ix_mail_full", "mail", ["created_at"], postgresql_where="content_sealed IS NOT NULL")
    for table, protection in PROTECTED.items():
        _protect(table, protection)
    _protect_tenants((*SERVICES, "sign-in"))


def downgrade() -> None:
    _protect_tenants(SERVICES)
    for table in reversed(PROTECTED):
        op.drop_table(table)
    op.alter_column("user_account", "zone", server_default="UTC")
    op.alter_column("user_account", "locale", server_default="en")
    for column, *_ in PREFERENCES:
        op.drop_constraint(op.f(f"ck_user_account_{column}"), "user_account")
        op.drop_column("user_account", column)


def _protect_tenants(services: tuple[str, ...]) -> None:
    _protect("tenant", Protection(tenant="id", also="reseller_id = {reseller}", services=services))


def _protect(table: str, protection: Protection) -> None:
    for statement in protection.statements(table):
        op.execute(statement)
