"""Which signals belong together: those that share something (an address, a text, a key) within a window. Asks no server.

A group becomes an incident when two subjects or two kinds of evidence meet in it, or two tenants are concerned.
"""

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field, fields
from typing import TypeVar
from uuid import UUID

from aerostic.db import new_id
from aerostic.detection.contract import Signal
from aerostic.detection.judging.risk import Key, signal_id

T = TypeVar("T")
WINDOW_SECONDS = 1800.0
WORTH = 0.5
MOST_TOKENS = 100_000
MOST_OF_A_SIGNAL, MOST_OF_A_GROUP = 32, 1_000
TENANT = "tenant:"
# What a subject itself has in common with the next signal on it; a tenant has too much to do to be a reason.
JOINING = frozenset({"address", "account", "key", "user", "number", "template"})


@dataclass(slots=True, eq=False)
class Group:
    """Signals that belong together.

    Args:
        id: of the incident, once it is one.
        first, last: when, in seconds since 1970.
        score: of its strongest signal.
        tokens: what is shared, `kind:digest`.
        tenants: who is concerned.
        fresh: those of them that something has come of since it was written.
        told: those of them whose audit says so.
        kinds: of its signals, who is concerned and the family.
        found: subject and family of its signals.
        new: those of them that came since it was written.
        unlinked: ids of signals whose rows do not name the incident yet.
        absorbed: ids of the incidents that turned out to be this one.
        is_row: whether the database has it.
        changed: whether something has come since it was written.
    """

    first: float
    last: float
    id: UUID = field(default_factory=new_id)
    score: float = 0.0
    tokens: set[str] = field(default_factory=set)
    tenants: set[UUID] = field(default_factory=set)
    fresh: set[UUID] = field(default_factory=set)
    told: set[UUID] = field(default_factory=set)
    kinds: set[tuple[UUID, str]] = field(default_factory=set)
    found: set[tuple[Key, str]] = field(default_factory=set)
    new: set[tuple[Key, str]] = field(default_factory=set)
    unlinked: set[UUID] = field(default_factory=set)
    absorbed: set[UUID] = field(default_factory=set)
    is_row: bool = False
    changed: bool = False

    def copy(self) -> "Group":
        """The same, to be changed apart."""
        other = copy(self)
        for one in fields(self):
            if isinstance(value := getattr(self, one.name), set):
                setattr(other, one.name, set(value))
        return other

    def like(self, other: "Group") -> None:
        """Be as it was when `other` was copied from it: what was written since was rolled back."""
        for one in fields(self):
            setattr(self, one.name, getattr(other, one.name))

    @property
    def families(self) -> list[str]:
        """The kinds of evidence."""
        return sorted({family for _, family in self.found})

    def families_of(self, tenant_id: UUID) -> list[str]:
        """The kinds of evidence that concern a tenant: what was found about others is not for it to know."""
        return sorted(family for tenant, family in self.kinds if tenant == tenant_id)

    @property
    def matters(self) -> bool:
        """Whether it is an incident."""
        return self.score >= WORTH and (len(self.found) > 1 or len(self.tenants) > 1)

    def add(self, signal: Signal) -> None:
        """Take a signal in."""
        self.first, self.last = min(self.first, signal.time), max(self.last, signal.time)
        self.score = max(self.score, signal.score)
        concerned = signal.tenants | ({signal.subject.tenant_id} if signal.subject.tenant_id else set())
        _bounded(self.tenants, concerned)
        _bounded(self.fresh, concerned)
        _bounded(self.kinds, ((tenant, signal.family) for tenant in concerned))
        found = [((signal.subject.kind, signal.subject.id), signal.family)]
        _bounded(self.found, found)
        _bounded(self.new, found)
        _bounded(self.unlinked, [signal_id(signal)])
        self.changed = True

    def take(self, other: "Group") -> None:
        """The other one is the same matter."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.score = max(self.score, other.score)
        _bounded(self.tokens, other.tokens)
        _bounded(self.tenants, other.tenants)
        _bounded(self.fresh, other.fresh)
        _bounded(self.kinds, other.kinds)
        _bounded(self.found, other.found)
        _bounded(self.new, other.new)
        _bounded(self.unlinked, other.unlinked)
        self.told |= other.told
        self.absorbed |= other.absorbed | ({other.id} if other.is_row else set())
        self.changed = True


class Grouping:
    """The groups of the last half hour."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}

    def add(self, signals: Iterable[Signal], allowed: Collection[str] = ()) -> list[Group]:
        """Put signals where they belong.

        Args:
            signals: new ones.
            allowed: tokens that say nothing: shared infrastructure.

        Returns:
            The groups that they are in now.
        """
        touched: dict[int, Group] = {}
        for signal in signals:
            if tokens := self._tokens(signal, allowed):
                group = self._join(tokens, signal.time)
                group.add(signal)
                touched[id(group)] = group
        self._forget()
        return [group for group in touched.values() if any(self._groups.get(token) is group for token in group.tokens)]

    def adopt(self, group: Group) -> None:
        """Know a group that was written down before."""
        for token in group.tokens:
            self._groups[token] = group

    def drop(self, group: Group) -> None:
        """What comes next is another matter."""
        for token in group.tokens:
            if self._groups.get(token) is group:
                del self._groups[token]

    def of(self, kind: str, subject: str, tokens: Iterable[str]) -> Group | None:
        """The group that a subject, or something shared, belongs to."""
        named = (f"{kind}:{subject}", *sorted(tokens))
        return next((group for token in named if (group := self._groups.get(token)) is not None), None)

    def _tokens(self, signal: Signal, allowed: Collection[str]) -> list[str]:
        own = [f"{signal.subject.kind}:{signal.subject.id}"] if signal.subject.kind in JOINING else []
        named = sorted(share for share in signal.shares if not share.startswith(TENANT))[:MOST_OF_A_SIGNAL]
        return [token for token in (*own, *named) if token not in allowed]

    def _join(self, tokens: list[str], time: float) -> Group:
        live = [group for token in tokens if (group := self._groups.get(token)) and time - group.last <= WINDOW_SECONDS]
        ordered = sorted(
            {id(group): group for group in live}.values(), key=lambda group: (not group.is_row, group.first)
        )
        group = ordered[0] if ordered else Group(time, time)
        for other in ordered[1:]:
            group.take(other)
        _bounded(group.tokens, tokens)
        self.adopt(group)
        for token in tokens:  # also those that found no more room in the group
            self._groups.pop(token, None)
            self._groups[token] = group
        return group

    def _forget(self) -> None:
        while len(self._groups) > MOST_TOKENS:
            del self._groups[next(iter(self._groups))]


def _bounded(kept: set[T], more: Iterable[T]) -> None:
    for item in more:
        if len(kept) >= MOST_OF_A_GROUP:
            return
        kept.add(item)
