"""Custom fields of contacts as rows, so that an index finds people by them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PROTECTION = Protection(services=("statuses", "cron"))
ROWS = """
    INSERT INTO contact_field (contact_id, name, tenant_id, value_key)
    SELECT c.id, f.key, c.tenant_id, lower(left(f.value, 200))
    FROM {contacts} c, jsonb_each_text(c.fields) f WHERE f.value <> ''
"""
ADDED = f"""
CREATE FUNCTION contact_fields_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {ROWS.format(contacts="added")};
    RETURN NULL;
END $$
"""
# Most changes of a contact leave its fields alone.
CHANGED = f"""
CREATE FUNCTION contact_fields_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM contact_field d USING before b, after a
        WHERE a.id = b.id AND a.fields <> b.fields AND d.contact_id = a.id;
    {ROWS.format(contacts="(SELECT a.* FROM after a, before b WHERE a.id = b.id AND a.fields <> b.fields)")};
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER fields_added AFTER INSERT ON contact REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION contact_fields_added()",
    "CREATE TRIGGER fields_changed AFTER UPDATE ON contact REFERENCING OLD TABLE AS before NEW TABLE AS after"
    " FOR EACH STATEMENT EXECUTE FUNCTION contact_fields_changed()",
)


def upgrade() -> None:
    op.create_table(
        "contact_field",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("value_key", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_contact_field_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "name", name=op.f("pk_contact_field")),
    )
    op.execute(ROWS.format(contacts="contact"))
    op.create_index("ix_contact_field_value", "contact_field", ["tenant_id", "name", "value_key", "contact_id"])
    for statement in (*PROTECTION.statements("contact_field"), ADDED, CHANGED, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER fields_changed ON contact")
    op.execute("DROP TRIGGER fields_added ON contact")
    op.execute("DROP FUNCTION contact_fields_changed()")
    op.execute("DROP FUNCTION contact_fields_added()")
    op.drop_table("contact_field")
