"""The forest as a detector: subjects whose figures are each bearable, and together like nobody's."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from aerostic.sdk import N_
from aerostic.sdk.detection import (
    FEATURES,
    Detector,
    Forest,
    Key,
    Signal,
    Subject,
    SubjectKind,
    Subjects,
    Tick,
    Windows,
    process_forest,
    severity,
)
from aerostic_anomaly.figures import Figures

# What is learnt without labels confirms what rules find, and by itself leads to no more than watching.
MOST = 0.7
ASKING = N_("What it asks for is unlike what it and others usually do, in several ways at once.")
SIGNING_IN = N_("How sign-ins are tried is unlike what is usual, in several ways at once.")
SENDING = N_("What it sends is unlike what it and others usually send, in several ways at once.")
SAYS = {
    "tries": SIGNING_IN,
    "wrong": SIGNING_IN,
    "sent": SENDING,
    "fresh": SENDING,
    "failed": SENDING,
    "drained": SENDING,
}


class Multivariate(Detector):
    """Judges the subjects of a tick in one batch. Silent while there is no model.

    Args:
        forest: what judges; the one of this process when left out.
    """

    name = "anomaly.multivariate"
    title = N_("Unlike itself and others")
    text = N_("An isolation forest over a dozen figures of each key, person, account, address and tenant.")
    family = "multivariate"
    subscribes = frozenset(("page.asked", "api.asked", "signin.tried", "messages.planned", "message.failed"))

    def __init__(self, forest: Forest | None = None) -> None:
        self._given = forest

    # Every process declares its detectors, and one asks them: what takes room is made when it is needed.
    @cached_property
    def _forest(self) -> Forest:
        return self._given or process_forest()

    @cached_property
    def _figures(self) -> Figures:
        return Figures()

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects()

    def observe(self, tick: Tick, windows: Windows) -> Iterator[Signal]:
        """Signals of the subjects that are odd now, with what makes them so."""
        sums, tenants = self._figures.of(tick)
        keys, rows = self._subjects.add(tick.now, sums)
        if not keys:
            return
        judged = self._forest.judge(rows, tick.now)
        if judged is None:
            return
        scores = severity(judged.ranks)
        for at, reasons in judged.reasons.items():
            levels = dict(zip(FEATURES, rows[at].tolist(), strict=True))
            evidence: dict[str, str | int | float] = {
                "model": judged.version,
                "rank": round(float(judged.ranks[at]), 2),
            }
            # As times the usual.
            evidence |= {name: round(math.exp(levels[name]), 2) for name, _ in reasons}
            yield self._signal(
                keys[at], float(scores[at]), tick.now, reasons[0][0] if reasons else "", evidence, tenants
            )

    def _signal(
        self,
        key: Key,
        score: float,
        now: float,
        first: str,
        evidence: dict[str, str | int | float],
        tenants: dict[Key, set[UUID]],
    ) -> Signal:
        tenant = UUID(key.tenant) if key.tenant else None
        return Signal(
            detector=self.name,
            family=self.family,
            subject=Subject(cast(SubjectKind, key.kind), key.id, tenant),
            score=min(score, MOST),
            time=now,
            says=SAYS.get(first, ASKING),
            evidence=evidence,
            shares=frozenset((f"{key.kind}:{key.id}",)) if key.kind in ("address", "key") else frozenset(),
            tenants=frozenset(tenants.get(key, ())),
        )

    def state(self) -> Any:
        """What is usual for tenants, and for each kind of subject."""
        return self._subjects.state()

    def restore(self, state: Any) -> None:
        """Take that back."""
        self._subjects.restore(state)
