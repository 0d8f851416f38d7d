"""What each workspace stores, place by place.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_place",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "place", name=op.f("pk_stored_place")),
    )
    for statement in Protection().statements("stored_place"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("stored_place")
