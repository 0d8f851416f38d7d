"""The tables of detection: signals, decisions, what people said to those, and incidents.

A row with a tenant is the tenant's to see; one without belongs to the platform: an address or an account is no single tenant's.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

SERVICES = ("detection",)
OWN = Protection(services=SERVICES)
PLATFORM = Protection(tenant="", services=SERVICES)
ENDS = ("", "expired", "replaced", "lifted", "appeal", "override")
INCIDENT_STATES = ("open", "acknowledged", "closed")


def moment(seconds: float) -> datetime:
    """A time of observations as one of the database."""
    return datetime.fromtimestamp(seconds, UTC)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


class RiskPolicy(Identified, Model):
    """A version of the policy, never changed once saved. One is active; one may run in its shadow, deciding without acting."""

    __tablename__ = "risk_policy"
    __table_args__ = (UniqueConstraint("version"), _one_of("state", ("saved", "shadow", "active", "retired")))
    __protection__ = PLATFORM
    __privacy__ = Privacy(public=("document", "note", "state"))

    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="saved", server_default="saved")
    saved_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Incident(Identified, Model):
    """Signals that share something, across tenants. `shares` is what they have in common, `families` how it was found."""

    __tablename__ = "incident"
    __table_args__ = (_one_of("state", INCIDENT_STATES), Index("ix_incident_state", "state", "last_at"))
    __protection__ = PLATFORM
    __privacy__ = Privacy(public=("state", "families", "shares", "note", "verdict"))

    state: Mapped[str] = mapped_column(default="open", server_default="open")
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]
    families: Mapped[list[str]]
    shares: Mapped[list[str]]
    score: Mapped[float]
    assigned_to: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    verdict: Mapped[str] = mapped_column(default="", server_default="")


class RiskSignal(Identified, Model):
    """One signal of a detector, kept for 30 days."""

    __tablename__ = "risk_signal"
    __table_args__ = (
        Index("ix_risk_signal_subject", "subject_kind", "subject", "time"),
        Index("ix_risk_signal_tenant_id", "tenant_id", "time"),
        Index("ix_risk_signal_incident_id", "incident_id"),
        Index("ix_risk_signal_time", "time"),
    )
    __protection__ = OWN
    __privacy__ = Privacy(
        public=("detector", "family", "subject_kind", "says", "evidence", "shares"), digest=("subject",)
    )

    tenant_id: Mapped[UUID | None]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id", ondelete="SET NULL"))
    time: Mapped[datetime]
    detector: Mapped[str]
    version: Mapped[int]
    family: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    score: Mapped[float]
    says: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    shares: Mapped[list[str]]


class RiskDecision(Identified, Model):
    """An action on a subject, and why. In the shadow it is only written down. `signals` are ids of rows of `risk_signal`."""

    __tablename__ = "risk_decision"
    __table_args__ = (
        _one_of("ended_how", ENDS),
        Index("ix_risk_decision_tenant_id", "tenant_id", "id"),
        Index("ix_risk_decision_subject", "subject_kind", "subject", "id"),
        Index("ix_risk_decision_open", "until", postgresql_where="ended_at IS NULL"),
    )
    __protection__ = OWN
    __privacy__ = Privacy(
        public=("subject_kind", "action", "families", "signals", "ended_how", "verdict"),
        digest=("subject",),
        searchable=("ended_reason",),
    )

    tenant_id: Mapped[UUID | None]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id", ondelete="SET NULL"))
    subject_kind: Mapped[str]
    subject: Mapped[str]
    action: Mapped[str]
    score: Mapped[float]
    families: Mapped[list[str]]
    signals: Mapped[list[str]]
    policy_version: Mapped[int]
    shadow: Mapped[bool] = mapped_column(default=False, server_default="false")
    began_at: Mapped[datetime] = mapped_column(default=utcnow)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(default="", server_default="")
    ended_by: Mapped[UUID | None]
    ended_reason: Mapped[str] = mapped_column(default="", server_default="")
    verdict: Mapped[str] = mapped_column(default="", server_default="")
    verdict_by: Mapped[UUID | None]

    @classmethod
    def in_force(cls, now: datetime) -> ColumnElement[bool]:
        """The condition for decisions because of which something is done at a moment."""
        return and_(cls.ended_at.is_(None), cls.until > now, cls.shadow.is_(False))


class RiskAppeal(TenantOwned, Model):
    """What a tenant says against a decision, and what came of it: '' while it waits, granted or refused."""

    __tablename__ = "risk_appeal"
    __table_args__ = (
        _one_of("outcome", ("", "granted", "refused")),
        Index("ix_risk_appeal_open", "created_at", postgresql_where="outcome = ''"),
    )
    __protection__ = OWN
    __privacy__ = Privacy(public=("outcome",), searchable=("text", "answer"))

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("risk_decision.id", ondelete="CASCADE"))
    text: Mapped[str]
    user_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class RiskOverride(Identified, Model):
    """Staff's word that nothing beyond `most` (an action, or '' for none) is done to a subject until a moment."""

    __tablename__ = "risk_override"
    __table_args__ = (Index("ix_risk_override_subject", "subject_kind", "subject"),)
    __protection__ = PLATFORM
    __privacy__ = Privacy(public=("subject_kind", "most"), digest=("subject",), searchable=("reason",))

    tenant_id: Mapped[UUID | None]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    most: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str]
    user_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def in_force(cls, now: datetime) -> ColumnElement[bool]:
        """The condition for overrides that hold at a moment."""
        return and_(cls.ended_at.is_(None), cls.until > now)


class DetectorScore(Identified, Model):
    """How a version of a detector did on labelled streams: one run of `aerostic detect score` and one family of attacks."""

    __tablename__ = "detector_score"
    __table_args__ = (Index("ix_detector_score_detector", "detector", "version", "run_at"),)
    __protection__ = PLATFORM
    __privacy__ = Privacy(public=("detector", "attack", "seeds"))

    run_at: Mapped[datetime]
    detector: Mapped[str]
    version: Mapped[int]
    attack: Mapped[str]
    seeds: Mapped[list[Any]]
    precision: Mapped[float | None]
    recall: Mapped[float | None]
    false_actions: Mapped[float]
    seconds_p50: Mapped[float | None]
    seconds_p99: Mapped[float | None]
