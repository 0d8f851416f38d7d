"""Versions of the policy: saved, tried in the shadow, made the one that acts. A version that is saved never changes."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.detection.models import RiskPolicy
from aerostic.words import N_

ACTIVE, SHADOW, RETIRED, SAVED = "active", "shadow", "retired", "saved"
IS_ACTIVE = N_("This version acts already.")
# Two who save at once get two numbers.
LOCK = text("LOCK TABLE risk_policy IN SHARE ROW EXCLUSIVE MODE")


class PolicyError(Exception):
    """It cannot be done with this version; the words say why, marked for translation."""


def save(session: Session, document: dict[str, Any], note: str, user_id: UUID | None) -> RiskPolicy:
    """Keep a new version. It does nothing until it is made active, or tried in the shadow.

    Args:
        document: a policy that was checked, as JSON.
    """
    session.execute(LOCK)
    version = (session.scalar(select(func.max(RiskPolicy.version))) or 0) + 1
    row = RiskPolicy(version=version, document=document, note=note, saved_by=user_id)
    session.add(row)
    record(session, Act(None, "risk.policy_saved", f"policy:{version}", reason=note))
    return row


def activate(session: Session, version: int) -> None:
    """Let a version act from now on, in place of the one that does.

    Raises:
        LookupError: there is no such version.
        PolicyError: it acts already.
    """
    _put(session, version, ACTIVE, RETIRED)
    record(session, Act(None, "risk.policy_activated", f"policy:{version}"))


def shade(session: Session, version: int) -> None:
    """Let a version decide beside the active one without acting, in place of the one that does.

    Raises:
        LookupError: there is no such version.
        PolicyError: it acts.
    """
    _put(session, version, SHADOW, SAVED)
    record(session, Act(None, "risk.policy_shadowed", f"policy:{version}"))


def unshade(session: Session, version: int) -> None:
    """Let no version decide in the shadow; nothing where this one does not.

    Raises:
        LookupError: there is no such version.
    """
    row = _locked(session, version)
    if row.state == SHADOW:
        row.state = SAVED
        record(session, Act(None, "risk.policy_unshadowed", f"policy:{version}"))


def of_state(session: Session, state: str) -> RiskPolicy | None:
    """The version that is active, or that decides in the shadow."""
    return session.scalar(select(RiskPolicy).where(RiskPolicy.state == state).order_by(RiskPolicy.version.desc()))


def by_version(session: Session, version: int) -> RiskPolicy:
    """One version.

    Raises:
        LookupError: there is no such version.
    """
    row = session.scalar(select(RiskPolicy).where(RiskPolicy.version == version))
    if row is None:
        raise LookupError("There is no such version.")
    return row


def _locked(session: Session, version: int) -> RiskPolicy:
    session.execute(LOCK)
    return by_version(session, version)


def _put(session: Session, version: int, state: str, after: str) -> None:
    """Give a state to a version; the one that had it is `after` that."""
    row = _locked(session, version)
    if row.state == ACTIVE:
        raise PolicyError(IS_ACTIVE)
    for before in session.scalars(select(RiskPolicy).where(RiskPolicy.state == state)):
        before.state = after
    row.state = state
