"""Sessions that are kept here, devices that people have signed in with, second steps, and passkeys.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("user_session", "user_device", "authenticator", "recovery_code", "passkey")
PROTECTION = Protection(tenant="", services=("sign-in",))


def upgrade() -> None:
    op.create_table(
        "user_session",
        *_owned(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("factor", "device", "address")),
        sa.Column("waiting", sa.Boolean(), server_default="false", nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "seen_at")),
        sa.CheckConstraint(
            "factor IN ('password', 'totp', 'recovery', 'passkey')", name=op.f("ck_user_session_factor")
        ),
        *_keys("user_session"),
    )
    op.create_index("ix_user_session_user", "user_session", ["user_id"])
    op.create_table(
        "user_device",
        *_owned(),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("user_device"),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_user_device_user_id_digest")),
    )
    op.create_table(
        "authenticator",
        *_owned(),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        *_keys("authenticator"),
        sa.UniqueConstraint("user_id", name=op.f("uq_authenticator_user_id")),
    )
    op.create_table(
        "recovery_code",
        *_owned(),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        *_keys("recovery_code"),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_recovery_code_user_id_digest")),
    )
    op.create_table(
        "passkey",
        *_owned(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("host", "name")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("credential_id", "public_key")),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *_keys("passkey"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"])
    op.add_column("tenant", sa.Column("second_step", sa.Boolean(), server_default="false", nullable=False))
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)
    # Whoever is signed in signs in once more: the version stood in a cookie that names a session now.
    op.drop_column("user_account", "session_version")


def downgrade() -> None:
    op.add_column("user_account", sa.Column("session_version", sa.BigInteger(), server_default="1", nullable=False))
    op.drop_column("tenant", "second_step")
    for table in reversed(TABLES):
        op.drop_table(table)


def _owned() -> tuple[sa.Column, sa.Column]:
    return sa.Column("id", sa.Uuid(), nullable=False), sa.Column("user_id", sa.Uuid(), nullable=False)


def _keys(table: str) -> tuple[sa.Constraint, sa.Constraint]:
    owner = sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id"))
    return owner, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
