"""What people prefer; signing in shows the names of one's workspaces.

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


def upgrade() -> None:
    op.add_column("user_account", sa.Column("mode", sa.Text(), server_default="system", nullable=False))
    op.create_check_constraint(op.f("ck_user_account_mode"), "user_account", "mode IN ('system', 'light', 'dark')")
    _protect_tenants((*SERVICES, "sign-in"))


def downgrade() -> None:
    _protect_tenants(SERVICES)
    op.drop_constraint(op.f("ck_user_account_mode"), "user_account")
    op.drop_column("user_account", "mode")


def _protect_tenants(services: tuple[str, ...]) -> None:
    protection = Protection(tenant="id", also="reseller_id = {reseller}", services=services)
    for statement in protection.statements("tenant"):
        op.execute(statement)
