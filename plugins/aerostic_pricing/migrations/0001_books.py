"""Price books.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from aerostic.sdk import Protection

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BOOK, RULE = "pricing__book", "pricing__rule"
PROTECTED = {
    BOOK: Protection(
        tenant="",
        also="for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=("pricing",),
    ),
    RULE: Protection(tenant="", also="book_id IN (SELECT b.id FROM pricing__book b)", services=("pricing",)),
}
OWNER = ["for_reseller_id", "for_tenant_id"]
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        BOOK,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("for_reseller_id", sa.Uuid(), nullable=True),
        sa.Column("for_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("for_reseller_id IS NULL OR for_tenant_id IS NULL", name=op.f("ck_pricing__book_one_owner")),
        sa.ForeignKeyConstraint(["for_reseller_id"], ["reseller.id"], name=op.f("fk_pricing__book_for_reseller_id")),
        sa.ForeignKeyConstraint(["for_tenant_id"], ["tenant.id"], name=op.f("fk_pricing__book_for_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pricing__book")),
        sa.UniqueConstraint(
            *OWNER,
            "number",
            name=op.f("uq_pricing__book_for_reseller_id_for_tenant_id_number"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint(
            *OWNER,
            "effective_at",
            name=op.f("uq_pricing__book_for_reseller_id_for_tenant_id_effective_at"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        RULE,
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Numeric(8, 4), server_default="0", nullable=False),
        sa.Column("fixed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("floor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND fixed >= 0 AND floor >= 0 AND percent >= -100", name=op.f("ck_pricing__rule_positive")
        ),
        sa.ForeignKeyConstraint(["book_id"], [f"{BOOK}.id"], name=op.f("fk_pricing__rule_book_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("book_id", "market", "category", name=op.f("pk_pricing__rule")),
    )
    for table, protection in PROTECTED.items():
        for statement in protection.statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(RULE)
    op.drop_table(BOOK)
