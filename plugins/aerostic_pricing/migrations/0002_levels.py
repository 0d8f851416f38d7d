"""A reseller's book for all its workspaces, currencies, tiers and allowances; versions cannot be changed.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from aerostic.sdk import Protection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BOOK, RULE = "pricing__book", "pricing__rule"
WORKSPACES = "for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})"
ITS_OWN = f"(level = 'clients' AND for_reseller_id = {{reseller}}) OR {WORKSPACES}"
PROTECTED = {
    BOOK: Protection(
        tenant="", also=f"for_reseller_id = {{reseller}} OR {WORKSPACES}", services=("pricing",), write=ITS_OWN
    ),
    RULE: Protection(
        tenant="",
        also="book_id IN (SELECT b.id FROM pricing__book b)",
        services=("pricing",),
        write=f"book_id IN (SELECT id FROM pricing__book WHERE {ITS_OWN})",
    ),
}
BEFORE = {
    BOOK: Protection(tenant="", also=WORKSPACES, services=("pricing",)),
    RULE: Protection(tenant="", also="book_id IN (SELECT b.id FROM pricing__book b)", services=("pricing",)),
}
OWNER = ("for_reseller_id", "for_tenant_id")
LEVEL = """UPDATE pricing__book SET level = CASE WHEN for_tenant_id IS NOT NULL THEN 'tenant'
    WHEN for_reseller_id IS NOT NULL THEN 'reseller' ELSE 'platform' END"""
OWNED = """CASE level WHEN 'platform' THEN for_reseller_id IS NULL AND for_tenant_id IS NULL
    WHEN 'tenant' THEN for_reseller_id IS NULL AND for_tenant_id IS NOT NULL
    ELSE for_reseller_id IS NOT NULL AND for_tenant_id IS NULL END"""
CHECKS = {
    "level": "level IN ('platform', 'reseller', 'clients', 'tenant')",
    "one_owner": OWNED,
    "exchange": "exchange > 0",
}
POSITIVE = "amount >= 0 AND fixed >= 0 AND floor >= 0 AND percent >= -100"


def upgrade() -> None:
    op.add_column(BOOK, sa.Column("level", sa.Text(), server_default="platform", nullable=False))
    op.execute(LEVEL)
    op.alter_column(BOOK, "level", server_default=None)
    op.add_column(BOOK, sa.Column("currency", sa.Text(), server_default="USD", nullable=False))
    op.add_column(BOOK, sa.Column("exchange", sa.Numeric(18, 8), nullable=True))
    op.add_column(BOOK, sa.Column("free", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column(RULE, sa.Column("above", sa.BigInteger(), server_default="0", nullable=False))
    _unique(OWNER, ("level", *OWNER))
    op.drop_constraint(op.f("ck_pricing__book_one_owner"), BOOK)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_pricing__book_{name}"), BOOK, condition)
    _rules(("book_id", "market", "category", "above"), f"{POSITIVE} AND above >= 0")
    _protect(PROTECTED)
    role = context.config.attributes["app_role"]
    for table in PROTECTED:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')


def downgrade() -> None:
    op.execute(f"DELETE FROM {BOOK} WHERE level = 'clients'")
    op.execute(f"DELETE FROM {RULE} WHERE above > 0")
    for table in PROTECTED:
        op.execute(f"DROP POLICY write ON {table}")
    _protect(BEFORE)
    _rules(("book_id", "market", "category"), POSITIVE)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_pricing__book_{name}"), BOOK)
    op.create_check_constraint(
        op.f("ck_pricing__book_one_owner"), BOOK, "for_reseller_id IS NULL OR for_tenant_id IS NULL"
    )
    _unique(("level", *OWNER), OWNER)
    op.drop_column(RULE, "above")
    for column in ("free", "exchange", "currency", "level"):
        op.drop_column(BOOK, column)
    role = context.config.attributes["app_role"]
    for table in PROTECTED:
        op.execute(f'GRANT UPDATE, DELETE ON {table} TO "{role}"')


def _unique(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    for last in ("number", "effective_at"):
        op.drop_constraint(op.f(f"uq_{BOOK}_{'_'.join((*before, last))}"), BOOK)
        name = op.f(f"uq_{BOOK}_{'_'.join((*after, last))}")
        op.create_unique_constraint(name, BOOK, [*after, last], postgresql_nulls_not_distinct=True)


def _rules(key: tuple[str, ...], positive: str) -> None:
    op.drop_constraint(op.f("pk_pricing__rule"), RULE)
    op.create_primary_key(op.f("pk_pricing__rule"), RULE, list(key))
    op.drop_constraint(op.f("ck_pricing__rule_positive"), RULE)
    op.create_check_constraint(op.f("ck_pricing__rule_positive"), RULE, positive)


def _protect(protected: dict[str, Protection]) -> None:
    for table, protection in protected.items():
        for statement in protection.statements(table):
            op.execute(statement)
