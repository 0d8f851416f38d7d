"""Mail to a workspace of which something is held back: what, why, until when, and what its people can do."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.detection.models import RiskDecision
from aerostic.detection.people import mine
from aerostic.detection.running.mitigations import BEGAN
from aerostic.mail.seldom import claim
from aerostic.registry import EventHandler
from aerostic.web.people.team_mail import tell
from aerostic.web.risk.subjects import names

TOLD = ("pause", "disable", "freeze")
"""What goes so far that customers would notice. The rest stands on the pages."""
EVERY = timedelta(hours=6)
REASONS = 3


def _on_began(tenant_id: Any, events: list[Event]) -> None:
    ids = [UUID(event.data["decision_id"]) for event in events if event.data["action"] in TOLD]
    if not ids:
        return
    with transaction(tenant_scope(tenant_id)) as session:
        own = select(RiskDecision).where(RiskDecision.id.in_(ids), RiskDecision.in_force(utcnow()))
        _tell(session, tenant_id, session.scalars(own.order_by(RiskDecision.id)).all())


def _tell(session: Session, tenant_id: UUID, decisions: Iterable[RiskDecision]) -> None:
    """Of each action one mail in six hours: keys that are disabled one after the other are one matter to people."""
    for decision in decisions:
        if claim(session, tenant_id, f"held:{decision.action}", utcnow(), EVERY):
            subject = names(session, [decision])[decision.subject_kind, decision.subject]
            why = mine.behind(session, decision)[:REASONS]
            tell(session, tenant_id, "security.view", "held", decision=decision, subject=subject.name, signals=why)


HANDLER = EventHandler("core.held", frozenset({BEGAN}), _on_began)
