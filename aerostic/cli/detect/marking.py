"""How well detection did: its actions, held against what is true of a stream.

An action is right where its subject belongs to an attack that is going on, or was within the last half hour. An attack is
found with the first right action. Of a family of attacks, recall is the share that was found, by whatever detector; precision
is the share of right ones among the actions for which its own detector gave the strongest evidence.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Protocol

from aerostic.cli.detect.labelled import Mark, Stream

GRACE = 1800.0


class Acted(Protocol):
    """What counts of a decision."""

    @property
    def subject(self) -> Any:
        """On whom."""
        ...

    @property
    def families(self) -> Sequence[str]:
        """The kinds of evidence, the strongest first."""
        ...

    @property
    def time(self) -> float:
        """When, in seconds since 1970."""
        ...


@dataclass(slots=True)
class Family:
    """The counts of one family of attacks."""

    attacks: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Recall, precision and time to detect."""
        acted = self.right + self.wrong
        return {
            "attacks": self.attacks,
            "recall": round(self.found / self.attacks, 4) if self.attacks else None,
            "actions": acted,
            "precision": round(self.right / acted, 4) if acted else None,
            "seconds_p50": _quantile(self.seconds, 50),
            "seconds_p99": _quantile(self.seconds, 99),
            "missed": self.missed,
        }


@dataclass(slots=True)
class Marks:
    """The counts over several streams.

    Args:
        attack_of: the family of attacks that a kind of evidence stands for.
    """

    attack_of: Mapping[str, str]
    families: defaultdict[str, Family] = field(default_factory=lambda: defaultdict(Family))
    tenant_days: float = 0.0
    calm: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def take(self, seed: int, stream: Stream, actions: Iterable[Acted], tenant_days: float) -> None:
        """One stream that has ended, with all actions taken in it."""
        self.tenant_days += tenant_days
        truth, calm = _by_subject(stream.labels), _by_subject(stream.calm)
        first: dict[int, float] = {}
        for action in actions:
            key = (action.subject.kind, action.subject.id)
            hit = [label for label in truth.get(key, ()) if label.begin <= action.time <= label.end + GRACE]
            for label in hit:
                first.setdefault(id(label), action.time)
            family = self.families[self.attack_of.get(action.families[0], action.families[0])]
            family.right += bool(hit)
            family.wrong += not hit
            if not hit:
                kinds = [mark.kind for mark in calm.get(key, ()) if mark.begin <= action.time <= mark.end]
                self.calm.update(kinds or ["an ordinary day"])
                self.wrong.append(f"seed {seed}: {key[0]} {key[1][:8]} for {'+'.join(action.families)} {kinds}")
        for label in stream.labels:
            family = self.families[label.family]
            family.attacks += 1
            if id(label) in first:
                family.found += 1
                family.seconds.append(first[id(label)] - label.begin)
            else:
                family.missed.append(f"seed {seed}: {label.way}")

    def figures(self) -> dict[str, Any]:
        """Everything, as JSON."""
        wrong = sum(family.wrong for family in self.families.values())
        return {
            "families": {name: family.figures() for name, family in sorted(self.families.items())},
            "false_actions": wrong,
            "false_actions_per_tenant_day": round(wrong / self.tenant_days, 6) if self.tenant_days else None,
            "false_actions_on": dict(self.calm),
            "on_sale_days": self.calm["sale day"],
            "wrong": self.wrong,
        }


def _by_subject(marks: Iterable[Mark]) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for mark in marks:
        for subject in mark.subjects:
            found[subject].append(mark)
    return found


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:
        return round(values[0], 1) if values else None
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 1)
