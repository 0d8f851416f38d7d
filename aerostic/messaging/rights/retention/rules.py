"""A tenant's rules: how long it keeps each kind of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import utcnow
from aerostic.messaging.models import RetentionRule
from aerostic.messaging.rights.retention.kinds import KINDS
from aerostic.registry import RetentionKind, runtime
from aerostic.tenancy.plugins import view_for

# A rule that was changed does nothing for a day, so that a wrong number can be taken back.
GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind, how many days the tenant keeps it (None for ever), and since when that is so."""

    kind: RetentionKind
    days: int | None
    changed_at: datetime | None

    def before(self, now: datetime) -> datetime | None:
        """What is older goes now; None where nothing does."""
        if self.days is None or (self.changed_at and self.changed_at > now - GRACE):
            return None
        return now - timedelta(days=self.days)


def kept(session: Session, tenant_id: UUID) -> list[Kept]:
    """Every kind that the tenant may decide on: the core's, then those of its plugins."""
    rows = {row.kind: row for row in session.scalars(select(RetentionRule).where(RetentionRule.tenant_id == tenant_id))}
    held = [kind for holder in runtime().holders for kind in holder.kinds]
    kinds = (*KINDS, *held, *view_for(session, tenant_id).declared("register_retention"))
    return [
        Kept(kind, row.days, row.changed_at) if (row := rows.get(kind.name)) else Kept(kind, kind.default, None)
        for kind in kinds
    ]


def outlook(session: Session, tenant_id: UUID, days: Mapping[str, int | None]) -> dict[str, int]:
    """How many rows of each kind that is kept for a time would go now (at most `counting.MOST`).

    Args:
        days: by the name of the kind.
    """
    now = utcnow()
    return {
        one.kind.name: one.kind.count(session, tenant_id, now - timedelta(days=limit))
        for one in kept(session, tenant_id)
        if (limit := days.get(one.kind.name)) is not None
    }


def change(session: Session, tenant_id: UUID, days: Mapping[str, int | None]) -> None:
    """Keep data as long as is said from now on; kinds that are not named stay as they are.

    Raises:
        ValueError: a time is outside of the bounds of its kind.
    """
    before = {one.kind.name: one for one in kept(session, tenant_id) if one.kind.name in days}
    changed = [one for name, one in before.items() if days[name] != one.days]
    for one in changed:
        if not one.kind.allows(days[one.kind.name]):
            raise ValueError(f"{one.kind.name} cannot be kept for {days[one.kind.name]} days.")
        row = session.get(RetentionRule, (tenant_id, one.kind.name)) or RetentionRule(
            tenant_id=tenant_id, kind=one.kind.name, place={}
        )
        row.days, row.changed_at = days[one.kind.name], utcnow()
        session.add(row)
    if changed:
        was = {one.kind.name: one.days for one in changed}
        now = {one.kind.name: days[one.kind.name] for one in changed}
        record(session, Act(tenant_id, "retention.changed", f"tenant:{tenant_id}", was, now))
