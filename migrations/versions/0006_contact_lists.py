"""What lists of contacts need with a million rows, and work on many at a time.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PROTECTED = {"work": Protection(services=("cron",))}
# Only names beyond ASCII pay for the folding of accents.
SEARCH_KEY = r"""
CREATE FUNCTION search_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ltrim(
    CASE WHEN octet_length(name) = length(name) THEN lower(name)
         ELSE regexp_replace(lower(normalize(name, NFKD)), '[\u0300-\u036f]', '', 'g') END)
"""
WITHOUT_FIRST_WORD = """
CREATE FUNCTION without_first_word(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN strpos(words, ' ') > 0 THEN ltrim(substr(words, strpos(words, ' ') + 1)) END
"""
LAST_OF_MANY = """
CREATE FUNCTION last_of_many_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN split_part(words, ' ', 4) <> '' THEN split_part(rtrim(words), ' ', -1) END
"""
KEYS = """
ALTER TABLE contact
    ADD COLUMN name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(name)) STORED,
    ADD COLUMN name_key2 text COLLATE "C" GENERATED ALWAYS AS (without_first_word(search_key(name))) STORED,
    ADD COLUMN name_key3 text COLLATE "C"
        GENERATED ALWAYS AS (without_first_word(without_first_word(search_key(name)))) STORED,
    ADD COLUMN name_key4 text COLLATE "C" GENERATED ALWAYS AS (last_of_many_words(search_key(name))) STORED
"""
INDEXES = ("name_key", "country", "marketing", "source")
LATER_WORDS = ("name_key2", "name_key3", "name_key4")
FUNCTIONS = ("last_of_many_words", "without_first_word", "search_key")


def upgrade() -> None:
    op.execute(SEARCH_KEY)
    op.execute(WITHOUT_FIRST_WORD)
    op.execute(LAST_OF_MANY)
    op.execute(KEYS)
    op.drop_index("ix_contact_name", "contact")
    for column in INDEXES:
        op.create_index(f"ix_contact_{column}", "contact", ["tenant_id", column, "id"])
    for column in LATER_WORDS:
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_contact_{column}", "contact", ["tenant_id", column, "id"], postgresql_where=where)
    op.create_index("ix_contact_created", "contact", ["tenant_id", "created_at", "id"])
    op.add_column(
        "contact_tag",
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.add_column("consent", sa.Column("user_id", sa.Uuid(), nullable=True))
    _allow_import_states("'draft', 'waiting', 'running', 'finished', 'refused'")
    _create_work()


def _allow_import_states(states: str) -> None:
    op.drop_constraint(op.f("ck_contact_import_state"), "contact_import", type_="check")
    op.create_check_constraint(op.f("ck_contact_import_state"), "contact_import", f"state IN ({states})")


def _create_work() -> None:
    op.create_table(
        "work",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("place", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_work_state")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_work_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_work_tenant_id_key")),
    )
    op.create_index("ix_work_tenant", "work", ["tenant_id", "id"])
    op.create_index("ix_work_open", "work", ["moved_at"], postgresql_where=sa.text("state IN ('queued', 'running')"))
    for table, protection in PROTECTED.items():
        for statement in protection.statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("work")
    op.execute("DELETE FROM contact_import WHERE state = 'draft'")
    _allow_import_states("'waiting', 'running', 'finished', 'refused'")
    op.drop_column("consent", "user_id")
    op.drop_column("contact_tag", "created_at")
    for name in ("created", *INDEXES, *LATER_WORDS):
        op.drop_index(f"ix_contact_{name}", "contact")
    for column in ("name_key", *LATER_WORDS):
        op.drop_column("contact", column)
    op.create_index("ix_contact_name", "contact", ["tenant_id", "name", "id"])
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}(text)")
