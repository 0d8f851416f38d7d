"""The risk of each subject: what independent kinds of evidence say of it together, fading with time.

A family counts once, with the strongest that it said lately: a detector that repeats itself confirms nothing. Families are
taken together as independent witnesses, 1 - (1 - a)(1 - b)..., so that the whole stays within 0..1.
"""

import hashlib
import math
from dataclasses import dataclass, field
from uuid import UUID

from aerostic.detection.contract import Signal, Subject
from aerostic.detection.judging.policy import Policy

MOST_SUBJECTS = 50_000
MOST_SIGNALS = 4  # of one family that are kept as its evidence
COUNTS = 0.3  # below, a family is forgotten
REPEATED_SECONDS, RISEN = 10.0, 0.05

Key = tuple[str, str]


def signal_id(signal: Signal) -> UUID:
    """The id of a signal's row: made of what it says, so that one that is judged again after a crash is the same row.

    It sorts by time as all our ids do.
    """
    said = repr((signal.detector, signal.subject.kind, signal.subject.id, signal.time, sorted(signal.evidence.items())))
    digest = int.from_bytes(hashlib.blake2b(said.encode(), digest_size=10).digest())
    milliseconds = int(signal.time * 1000) & (1 << 48) - 1
    return UUID(int=milliseconds << 80 | 7 << 76 | (digest >> 62 & 0xFFF) << 64 | 2 << 62 | digest & (1 << 62) - 1)


def faded(seconds: float, half_life: float) -> float:
    """What is left of 1 after so many seconds."""
    return math.exp2(-max(seconds, 0.0) / half_life)


@dataclass(slots=True)
class Evidence:
    """What one family says of a subject: how strongly, when that was, and the ids of the signals that said so."""

    score: float
    at: float
    signals: list[UUID] = field(default_factory=list)

    def now(self, now: float, half_life: float) -> float:
        """Its score, faded."""
        return self.score * faded(now - self.at, half_life)


@dataclass(frozen=True, slots=True)
class Score:
    """The risk of a subject.

    Args:
        score: in 0..1.
        families: the kinds of evidence that count, the strongest first.
        signals: ids of the rows of what they said.
    """

    score: float
    families: tuple[str, ...] = ()
    signals: tuple[UUID, ...] = ()


class Risk:
    """The scores of subjects. The ones that nothing was said of for longest go first.

    Args:
        most: how many subjects are remembered.
    """

    def __init__(self, most: int = MOST_SUBJECTS) -> None:
        self._most = most
        self._cases: dict[Key, dict[str, Evidence]] = {}
        self._said: dict[tuple[str, Key], tuple[float, float]] = {}

    def add(self, signal: Signal, policy: Policy, now: float) -> bool:
        """Take what a signal says.

        Returns:
            Whether it is news: false for what the same detector said a moment ago, as strongly. It is no row of its own then.
        """
        key = (signal.subject.kind, signal.subject.id)
        weighted = min(signal.score * policy.weights.get(signal.family, 1.0), 1.0)
        at = min(signal.time, now)
        case = self._cases[key] = self._cases.pop(key, {})
        known = case.get(signal.family)
        news = self._is_news(signal, key, now)
        if known is None:
            known = case[signal.family] = Evidence(weighted, at)
        elif weighted * faded(now - at, policy.half_life_seconds) >= known.now(now, policy.half_life_seconds):
            known.score, known.at = weighted, at
        if news:
            known.signals = [*known.signals[1 - MOST_SIGNALS :], signal_id(signal)]
        while len(self._cases) > self._most:
            del self._cases[next(iter(self._cases))]
        return news

    def of(self, subject: Subject, policy: Policy, now: float) -> Score:
        """The score of a subject; what has faded is forgotten."""
        key = (subject.kind, subject.id)
        case = self._cases.get(key, {})
        left = {family: known.now(now, policy.half_life_seconds) for family, known in case.items()}
        counting = {family: score for family, score in left.items() if score >= COUNTS}
        for family in left.keys() - counting.keys():
            del case[family]
        if not counting:
            self._cases.pop(key, None)
            return Score(0.0)
        families = tuple(sorted(counting, key=lambda family: -counting[family]))
        signals = tuple(row for family in families for row in case[family].signals)
        return Score(1 - math.prod(1 - score for score in counting.values()), families, signals)

    def forget(self, kind: str, subject: str) -> None:
        """Nothing is held against a subject any more: people said that it was wrong."""
        self._cases.pop((kind, subject), None)

    def state(self) -> list[list[object]]:
        """Everything that is held against somebody, as JSON, the oldest first."""
        return [
            [*key, family, known.score, known.at, [str(row) for row in known.signals]]
            for key, case in self._cases.items()
            for family, known in case.items()
        ]

    def restore(self, state: list[list[object]]) -> None:
        """Take back what `state` gave."""
        for kind, subject, family, score, at, signals in state:
            case: dict[str, Evidence] = self._cases.setdefault((str(kind), str(subject)), {})
            case[str(family)] = Evidence(float(str(score)), float(str(at)), _ids(signals))

    def __len__(self) -> int:
        return len(self._cases)

    def _is_news(self, signal: Signal, key: Key, now: float) -> bool:
        place = (signal.detector, key)
        before, strength = self._said.pop(place, (-REPEATED_SECONDS, -1.0))
        news = now - before >= REPEATED_SECONDS or signal.score >= strength + RISEN
        self._said[place] = (now, signal.score) if news else (before, strength)
        while len(self._said) > self._most:
            del self._said[next(iter(self._said))]
        return news


def _ids(texts: object) -> list[UUID]:
    return [UUID(text) for text in texts] if isinstance(texts, list) else []
