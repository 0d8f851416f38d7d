"""Overrides: staff's word that no more than so much is done about a subject, for a time, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import utcnow
from aerostic.detection.models import RiskDecision, RiskOverride
from aerostic.detection.people.lifting import lift, standing_on, strength
from aerostic.security.restrictions import ACTIONS, Restrictions

LONGEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Wanted:
    """An override to be made.

    Args:
        subject_kind, subject: whom it is about.
        tenant_id: whose the subject is, None for nobody's.
        most: the strongest action that is still taken; '' for none, not even watching.
        reason: why.
        until: when it ends.
    """

    subject_kind: str
    subject: str
    tenant_id: UUID | None
    most: str
    reason: str
    until: datetime


def override(
    session: Session, flags: Restrictions, wanted: Wanted, user_id: UUID, now: datetime | None = None
) -> RiskOverride:
    """Make an override. What is done about the subject beyond it ends at once.

    Raises:
        ValueError: `most` is no action, or `until` is not within 90 days from now.
        RedisError: a flag cannot be reached; the transaction is to be rolled back.
    """
    now = now or utcnow()
    if wanted.most and wanted.most not in ACTIONS:
        raise ValueError(f"{wanted.most!r} is no action")
    if not now < wanted.until <= now + timedelta(days=LONGEST_DAYS):
        raise ValueError("an override ends within 90 days")
    row = _add(session, wanted, user_id, now)
    for decision in standing_on(session, wanted.subject_kind, wanted.subject, now):
        if strength(decision.action) > strength(wanted.most):
            lift(session, flags, decision, "override", wanted.reason, user_id, now)
    return row


def spare(
    session: Session,
    flags: Restrictions,
    decision: RiskDecision,
    span: timedelta,
    reason: str,
    user_id: UUID,
    now: datetime,
) -> RiskOverride:
    """See to it that for a while no more than watching is done about a decision's subject, whatever was decided meanwhile.

    Raises:
        RedisError: a flag cannot be reached; the transaction is to be rolled back.
    """
    subject = decision.subject_kind, decision.subject, decision.tenant_id
    return override(session, flags, Wanted(*subject, "watch", reason, now + span), user_id, now)


def end_override(session: Session, override_id: UUID, now: datetime | None = None) -> RiskOverride:
    """End an override before its time; one that has ended is left as it is.

    Raises:
        LookupError: there is no such override.
    """
    now = now or utcnow()
    row = session.get(RiskOverride, override_id, with_for_update=True)
    if row is None:
        raise LookupError("There is no such override.")
    if row.ended_at is None and row.until > now:
        row.ended_at = now
        record(session, Act(None, "risk.override_ended", f"{row.subject_kind}:{row.subject}"))
    return row


def _add(session: Session, wanted: Wanted, user_id: UUID, now: datetime) -> RiskOverride:
    row = RiskOverride(
        subject_kind=wanted.subject_kind,
        subject=wanted.subject,
        tenant_id=wanted.tenant_id,
        most=wanted.most,
        reason=wanted.reason,
        until=wanted.until,
        user_id=user_id,
        created_at=now,
    )
    session.add(row)
    kept = {"most": wanted.most, "until": wanted.until}
    record(
        session,
        Act(None, "risk.overridden", f"{wanted.subject_kind}:{wanted.subject}", after=kept, reason=wanted.reason),
    )
    return row
