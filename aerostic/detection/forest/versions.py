"""The versions of the forest in the database. Needs a transaction of the scope `detection`, or the platform's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, defer

from aerostic import audit
from aerostic.db import utcnow
from aerostic.detection.forest.features import NAMES
from aerostic.detection.forest.model import Model, ModelFormatError
from aerostic.detection.forest.models import RiskModel

# Of so many versions the arrays are kept, so that staff can go back to one.
KEPT = 10
LOCK = 0x666F72657374  # `forest`


class VersionError(ValueError):
    """A version cannot do what is asked of it; the text says why."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model and its version."""

    version: int
    model: Model


def alone(session: Session) -> bool:
    """Whether nobody else changes versions; nobody will until the transaction ends."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))


def in_state(session: Session, state: str) -> RiskModel | None:
    """The version that is active, or the latest one in the shadow."""
    newest = select(RiskModel).where(RiskModel.state == state).order_by(RiskModel.version.desc()).limit(1)
    return session.scalar(newest)


def active_version(session: Session) -> int | None:
    """The number of the one that is active, without its arrays."""
    return session.scalar(select(RiskModel.version).where(RiskModel.state == "active"))


def loaded(row: RiskModel | None) -> Loaded | None:
    """The model of a row; None where there is none that this version of the code can read."""
    try:
        return Loaded(row.version, Model.from_bytes(row.arrays)) if row else None
    except ModelFormatError:
        return None


def listed(session: Session) -> list[RiskModel]:
    """All versions, the newest first, for people: without their arrays."""
    newest = select(RiskModel).options(defer(RiskModel.arrays, raiseload=True)).order_by(RiskModel.version.desc())
    return list(session.scalars(newest))


def usable(session: Session) -> frozenset[int]:
    """The numbers of those that can judge: their arrays are kept, and of the features that this version of the code knows."""
    kept = select(RiskModel.version).where(func.length(RiskModel.arrays) > 0, RiskModel.features == list(NAMES))
    return frozenset(session.scalars(kept))


def save(
    session: Session,
    model: Model,
    *,
    rows: int,
    metrics: Mapping[str, Any],
    state: str,
    now: datetime,
    reason: str = "",
) -> RiskModel:
    """Keep a new version; the arrays of old ones go.

    Args:
        rows: how many it was fitted to.
        metrics: how it did.
        now: when it was made; of the rows after that it has seen none.
        reason: why it is in this state.
    """
    version = (session.scalar(select(func.max(RiskModel.version))) or 0) + 1
    row = RiskModel(
        version=version,
        state=state,
        rows=rows,
        arrays=model.to_bytes(),
        features=list(model.names),
        metrics=dict(metrics),
        drift={},
        trained_at=now,
        reason=reason,
    )
    session.add(row)
    old = RiskModel.version <= version - KEPT, RiskModel.state.in_(("saved", "retired"))
    session.execute(update(RiskModel).where(*old).values(arrays=b""))
    session.flush()
    return row


def activate(session: Session, row: RiskModel, reason: str) -> None:
    """Let a version judge from now on, in place of the one that did.

    Raises:
        VersionError: its arrays are gone, or of other features.
    """
    if loaded(row) is None:
        raise VersionError(f"Version {row.version} cannot be used any more: its arrays are gone or of other features.")
    retired = {"state": "retired", "changed_at": utcnow(), "reason": f"version {row.version} took its place"}
    session.execute(update(RiskModel).where(RiskModel.state == "active", RiskModel.id != row.id).values(retired))
    move(session, row, "active", reason)


def move(session: Session, row: RiskModel, state: str, reason: str) -> None:
    """Put a version into another state."""
    row.state, row.changed_at, row.reason = state, utcnow(), reason
    session.flush()


def choose(session: Session, version: int, reason: str) -> None:
    """A person's choice of the version that judges; noted in the platform's audit log.

    Raises:
        LookupError: there is no such version.
        VersionError: it cannot be used any more.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    row = session.scalar(select(RiskModel).where(RiskModel.version == version))
    if row is None:
        raise LookupError("no such version")
    before = active_version(session)
    activate(session, row, reason)
    act = audit.Act(None, "forest.chosen", f"model:{row.id}", {"version": before}, {"version": version}, reason)
    audit.record(session, act)
