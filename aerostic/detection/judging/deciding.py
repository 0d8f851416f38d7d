"""From signals to decisions: the risk of each subject, the policy, and what holds actions back.

Nothing that stands is decided again; evidence that goes on prolongs it, stronger evidence replaces it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from aerostic.db import new_id
from aerostic.detection.contract import Signal, Subject
from aerostic.detection.judging.policy import RANK, Policy, Step, at_most
from aerostic.detection.judging.risk import Key, Risk, Score
from aerostic.detection.judging.seen import Seen
from aerostic.detection.judging.standing import ALWAYS_ROOM, Held, Standing
from aerostic.detection.metrics import CAPPED
from aerostic.security.restrictions import Action


@dataclass(frozen=True, slots=True)
class Decision:
    """An action on a subject, and why.

    Args:
        subject: on whom.
        action: what.
        score: of the subject, in 0..1.
        families: the independent kinds of evidence, the strongest first.
        signals: ids of the rows of the signals.
        until: when it ends, in seconds since 1970.
        policy_version: which version decided.
        shadow: whether it is only written down.
        time: of the newest event that it was made for.
        shares: what its signals have in common with others.
        prolongs: whether one that stood is only given a later end; `id` is that one's then.
        replaces: the id of the weaker one that it takes the place of.
        id: of its row.
    """

    subject: Subject
    action: Action
    score: float
    families: tuple[str, ...]
    signals: tuple[UUID, ...]
    until: float
    policy_version: int
    shadow: bool = False
    time: float = 0.0
    shares: frozenset[str] = frozenset()
    prolongs: bool = False
    replaces: UUID | None = None
    id: UUID = field(default_factory=new_id)


class Decider:
    """One version of the policy at work.

    Args:
        policy: the version's document.
        version: its number.
        risk: the scores of subjects.
        shadow: whether it only writes down.
    """

    def __init__(self, policy: Policy, version: int, risk: Risk, *, shadow: bool = False) -> None:
        self.policy, self.version, self.risk = policy, version, risk
        self.standing = Standing()
        self.seen = Seen()
        self._shadow = shadow

    def saw(self, tenants: Iterable[UUID | None], now: float) -> None:
        """Of these there were observations."""
        self.seen.add(tenants, now)

    def decide(self, signals: Sequence[Signal], now: float) -> tuple[list[Signal], list[Decision]]:
        """What is new among the signals, and what is done about it."""
        news = [signal for signal in signals if self._take(signal, now)]
        latest: dict[Key, list[Signal]] = {}
        for signal in signals:
            latest.setdefault((signal.subject.kind, signal.subject.id), []).append(signal)
        made = (self._of(several, now) for several in latest.values())
        return news, [decision for decision in made if decision is not None]

    def _take(self, signal: Signal, now: float) -> bool:
        """A young tenant's volume is noted, and counts for nothing: nobody knows yet what is usual there. Nor does what rests
        on shared infrastructure alone.
        """
        tenant = signal.subject.tenant_id
        unusual = signal.family not in self.policy.volume or tenant is None or not self._is_young(tenant, now)
        if not unusual or (self.policy.allowed and signal.shares and signal.shares <= set(self.policy.allowed)):
            signal = replace(signal, score=0.0)
        return self.risk.add(signal, self.policy, now)

    def _of(self, signals: Sequence[Signal], now: float) -> Decision | None:
        subject = signals[-1].subject
        score = self.risk.of(subject, self.policy, now)
        step = self.policy.decide(score.score, len(score.families), subject.kind)
        standing = self.standing.of(subject, now)
        if step is None or _lasts(standing, step, step.action, now):
            return None
        action = self._held_back(step, subject, now)
        if action is None or _lasts(standing, step, action, now):
            return None
        until = now + step.seconds
        if standing is not None and RANK[standing.action] > RANK[action]:
            return None
        prolongs = standing is not None and standing.action == action
        decision = self._made(subject, action, score, until, signals)
        if standing is not None:
            decision = (
                replace(decision, id=standing.id, prolongs=True)
                if prolongs
                else replace(decision, replaces=standing.id)
            )
        self.standing.set(decision.id, subject, action, until)
        return decision

    def _made(
        self, subject: Subject, action: Action, score: Score, until: float, signals: Sequence[Signal]
    ) -> Decision:
        return Decision(
            subject,
            action,
            score.score,
            score.families,
            score.signals,
            until,
            self.version,
            shadow=self._shadow,
            time=max(signal.time for signal in signals),
            shares=frozenset().union(*(signal.shares for signal in signals)),
        )

    def _held_back(self, step: Step, subject: Subject, now: float) -> Action | None:
        """What may be done of what the policy wants: nothing to who is on its list, no more than staff allow, and no more than
        watching once too many tenants are acted on, which says more of the detectors than of the tenants.
        """
        if f"{subject.kind}:{subject.id}" in self.policy.allowed:
            return None
        most = self.standing.most(subject, now)
        action: Action | None = step.action
        if most is not None and RANK[step.action] > RANK.get(most, -1):
            action = at_most(most, subject.kind) if most in RANK else None
        if action in (None, "watch") or self._leaves_room(subject, now):
            return action
        if not self._shadow:
            CAPPED.inc()
        return "watch"

    def _leaves_room(self, subject: Subject, now: float) -> bool:
        """Whether another tenant may be acted on. The young ones have a room of their own: whoever brings new tenants to be
        acted on does not use up the others' by that.
        """
        if subject.tenant_id is None:
            return True
        tenants, young = self.standing.acted_on(now), self._is_young(subject.tenant_id, now)
        alike = sum(self._is_young(tenant, now) == young for tenant in tenants)
        return subject.tenant_id in tenants or alike < max(self.policy.most_share * self.seen.active(now), ALWAYS_ROOM)

    def _is_young(self, tenant: UUID, now: float) -> bool:
        return self.seen.seconds(tenant, now) < self.policy.young_seconds


def _lasts(standing: Held | None, step: Step, action: Action, now: float) -> bool:
    """Whether an action stands, and for more than half of its time."""
    return standing is not None and standing.action == action and standing.until - now > step.seconds / 2
