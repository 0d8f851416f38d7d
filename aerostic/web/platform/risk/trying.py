"""What a policy would have done otherwise than the one that acts, on the signals of some days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.detection.judging.policy import Policy
from aerostic.detection.people.simulating import Difference, compared, fates, held_to, judged, past, replay
from aerostic.detection.people.verdicts import Tally
from aerostic.web.risk.subjects import Key, Named, names, tenant_names

DAYS = (1, 7, 30)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A subject of the table, as `names` looks for it."""

    subject_kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome: how many signals there were (not `whole` where older ones were left out), how many subjects are treated
    otherwise, and the first 200 of them; and how much of what each policy holds back people found right.
    """

    signals: int
    whole: bool
    harder: int
    softer: int
    rows: Sequence[Difference]
    subjects: Mapping[Key, Named]
    tenants: Mapping[UUID, str]
    before: Tally
    after: Tally


def try_out(session: Session, since: datetime, before: Policy, after: Policy) -> Tried:
    """Compare two policies."""
    what = past(session, since, utcnow())
    old, new = fates(replay(what, before)), fates(replay(what, after))
    found, verdicts = compared(what, old, new), judged(session, since)
    shown = found[:SHOWN]
    harder = sum(one.harder for one in found)
    return Tried(
        len(what.signals),
        what.whole,
        harder,
        len(found) - harder,
        shown,
        names(session, [Row(one.subject.kind, one.subject.id) for one in shown]),
        tenant_names(session, [one.subject.tenant_id for one in shown]),
        held_to(old, verdicts),
        held_to(new, verdicts),
    )
