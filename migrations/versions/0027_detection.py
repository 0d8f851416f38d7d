"""Detection: versions of its policy, signals, decisions, appeals, overrides, incidents, and how detectors scored.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from aerostic.db.rls import Protection

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SERVICES = ("detection",)
OWN, PLATFORM = Protection(services=SERVICES), Protection(tenant="", services=SERVICES)
TABLES = {
    "risk_policy": PLATFORM,
    "incident": PLATFORM,
    "risk_signal": OWN,
    "risk_decision": OWN,
    "risk_appeal": OWN,
    "risk_override": PLATFORM,
    "detector_score": PLATFORM,
}


def upgrade() -> None:
    _policy_and_incident()
    _signal_and_decision()
    _appeal_and_override()
    op.create_table(
        "detector_score",
        _id(),
        _moment("run_at"),
        *_texts("detector", "attack"),
        _number("version"),
        _json("seeds"),
        *(_real(name, nullable=True) for name in ("precision", "recall", "seconds_p50", "seconds_p99")),
        _real("false_actions"),
        _key("detector_score"),
    )
    op.create_index("ix_detector_score_detector", "detector_score", ["detector", "version", "run_at"])
    for table, protection in TABLES.items():
        for statement in protection.statements(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _policy_and_incident() -> None:
    op.create_table(
        "risk_policy",
        _id(),
        _number("version"),
        _json("document"),
        _text("note"),
        _text("state", "saved"),
        _uuid("saved_by", nullable=True),
        _moment("created_at"),
        _key("risk_policy"),
        sa.UniqueConstraint("version", name=op.f("uq_risk_policy_version")),
        _one_of("risk_policy", "state", "saved", "shadow", "active", "retired"),
    )
    op.create_table(
        "incident",
        _id(),
        _text("state", "open"),
        *map(_moment, ("opened_at", "last_at")),
        _moment("closed_at", nullable=True),
        *map(_json, ("families", "shares")),
        _real("score"),
        _uuid("assigned_to", nullable=True),
        *map(_text, ("note", "verdict")),
        _key("incident"),
        _one_of("incident", "state", "open", "acknowledged", "closed"),
    )
    op.create_index("ix_incident_state", "incident", ["state", "last_at"])


def _signal_and_decision() -> None:
    op.create_table(
        "risk_signal",
        _id(),
        *(_uuid(name, nullable=True) for name in ("tenant_id", "incident_id")),
        _moment("time"),
        *_texts("detector", "family", "subject_kind", "subject", "says"),
        _number("version"),
        _real("score"),
        *map(_json, ("evidence", "shares")),
        _key("risk_signal"),
        _of_incident("risk_signal"),
    )
    op.create_index("ix_risk_signal_subject", "risk_signal", ["subject_kind", "subject", "time"])
    op.create_index("ix_risk_signal_tenant_id", "risk_signal", ["tenant_id", "time"])
    op.create_index("ix_risk_signal_incident_id", "risk_signal", ["incident_id"])
    op.create_index("ix_risk_signal_time", "risk_signal", ["time"])
    op.create_table(
        "risk_decision",
        _id(),
        *(_uuid(name, nullable=True) for name in ("tenant_id", "incident_id", "ended_by", "verdict_by")),
        *_texts("subject_kind", "subject", "action"),
        _real("score"),
        *map(_json, ("families", "signals")),
        _number("policy_version"),
        sa.Column("shadow", sa.Boolean(), server_default="false", nullable=False),
        *map(_moment, ("began_at", "until")),
        _moment("ended_at", nullable=True),
        *map(_text, ("ended_how", "ended_reason", "verdict")),
        _key("risk_decision"),
        _of_incident("risk_decision"),
        _one_of("risk_decision", "ended_how", "", "expired", "replaced", "lifted", "appeal", "override"),
    )
    op.create_index("ix_risk_decision_tenant_id", "risk_decision", ["tenant_id", "id"])
    op.create_index("ix_risk_decision_subject", "risk_decision", ["subject_kind", "subject", "id"])
    op.create_index("ix_risk_decision_open", "risk_decision", ["until"], postgresql_where=sa.text("ended_at IS NULL"))


def _appeal_and_override() -> None:
    op.create_table(
        "risk_appeal",
        _id(),
        *map(_uuid, ("tenant_id", "decision_id")),
        *(_uuid(name, nullable=True) for name in ("user_id", "answered_by")),
        *_texts("text"),
        *map(_text, ("outcome", "answer")),
        _moment("created_at"),
        _moment("answered_at", nullable=True),
        _key("risk_appeal"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["risk_decision.id"], name=op.f("fk_risk_appeal_decision_id"), ondelete="CASCADE"
        ),
        _one_of("risk_appeal", "outcome", "", "granted", "refused"),
    )
    op.create_index("ix_risk_appeal_open", "risk_appeal", ["created_at"], postgresql_where=sa.text("outcome = ''"))
    op.create_table(
        "risk_override",
        _id(),
        *(_uuid(name, nullable=True) for name in ("tenant_id", "user_id")),
        *_texts("subject_kind", "subject", "reason"),
        _text("most"),
        *map(_moment, ("created_at", "until")),
        _moment("ended_at", nullable=True),
        _key("risk_override"),
    )
    op.create_index("ix_risk_override_subject", "risk_override", ["subject_kind", "subject"])


def _id() -> sa.Column:
    return _uuid("id")


def _uuid(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _text(name: str, default: str = "") -> sa.Column:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _real(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Float(), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _of_incident(table: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_incident_id")
    return sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=name, ondelete="SET NULL")


def _one_of(table: str, column: str, *values: str) -> sa.Constraint:
    condition = f"{column} IN ({', '.join(map(repr, values))})"
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{column}"))
