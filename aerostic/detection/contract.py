"""The contract of detectors: batches of observations in, signals out.

A detector is asked once a tick (at most 50 ms or 250 observations), never once an observation, so that ten of them cost
microseconds. What it has to remember stands in the windows, which the engine shares with other processes through Redis and
gives back after a restart; what a detector keeps for itself besides has to be bounded and may be lost at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol
from uuid import UUID

from aerostic.db import Event

SubjectKind = Literal["tenant", "user", "key", "account", "address", "number", "template"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a signal is about, and what an action is taken on.

    Args:
        kind: tenant, user and number are ours by id; key is an API key; account is the digest of what somebody signs in as;
            address is the pseudonym of a network address; template is a template by id.
        id: which one, as text. Never a clear phone, mail or network address.
        tenant_id: whose it is, so that the tenant sees it; None where it belongs to no single one (an address, an account).
    """

    kind: SubjectKind
    id: str
    tenant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that a detector holds to be odd.

    Args:
        detector: its name, `<plugin>.<what>`.
        family: the independent kind of evidence that it is: signals of one family do not confirm each other.
        subject: whom it is about.
        score: how sure, in 0..1. 0.5 is worth watching, 0.9 and more is worth acting on.
        time: of the observation that completed it, in seconds since 1970.
        says: one sentence, in the catalogue of translations, with `%(name)s` for values of `evidence`.
        evidence: what it was concluded from: counts, seconds, ids and digests, never personal data.
        shares: what it has in common with others, as `kind:digest` (`address:…`, `subnet:…`, `content:…`, `key:…`): signals
            that share something become one incident.
        tenants: who else is concerned, where it was found across tenants.
    """

    detector: str
    family: str
    subject: Subject
    score: float
    time: float
    says: str
    evidence: Mapping[str, str | int | float] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    tenants: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """A sliding window that counts, in buckets: exact to a bucket, a few bytes a key.

    Args:
        name: unique within the detector.
        seconds: how far back it reaches.
        bucket: seconds of one bucket.
    """

    name: str
    seconds: int = 60
    bucket: int = 1


@dataclass(frozen=True, slots=True)
class Exact:
    """A sliding window of rare events, each with its member and moment, kept as a sorted set.

    Args:
        name: unique within the detector.
        seconds: how far back it reaches.
        most: how many of a key are kept; the oldest go first.
    """

    name: str
    seconds: int
    most: int = 128


class Windows(Protocol):
    """The sliding windows of one detector, across all processes that detect.

    Every method is in memory; what was changed goes to Redis at the end of the tick, in one call. What other processes
    counted is known a tick later, and of a key that they were not known to count, within half a second. Times are those of
    observations: one that is late counts where it belongs, if that is still within the window; one from the future (over
    60 s ahead of the clock) is refused before it gets here.
    """

    def count(self, window: str, key: str, time: float, amount: int = 1) -> int:
        """Add to a `Counted` window; the sum over the whole of it up to `time`."""
        ...

    def total(self, window: str, key: str, now: float, seconds: int | None = None) -> int:
        """The sum of a `Counted` window over its last `seconds`, all of it when left out."""
        ...

    def note(self, window: str, key: str, time: float, member: str) -> int:
        """Put a member into an `Exact` window, or move it to its latest moment; how many members are in it."""
        ...

    def members(self, window: str, key: str, now: float, seconds: int | None = None) -> Sequence[tuple[str, float]]:
        """Members of an `Exact` window with their latest moments, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Tick:
    """What is judged at once.

    Args:
        now: the clock, in seconds since 1970.
        events: the observations in their order, duplicates gone.
        by_type: the same by type.
    """

    now: float
    events: Sequence[Event]
    by_type: Mapping[str, Sequence[Event]]

    def of(self, *types: str) -> Iterable[Event]:
        """Those of the given types."""
        for name in types:
            yield from self.by_type.get(name, ())


class Detector:
    """Judges observations. One object a process; called by one thread.

    Attributes:
        name: `<plugin>.<what>`.
        title, text: what it finds, for people; in the catalogue of translations.
        version: raised whenever its judgement changes; scores are kept by version.
        family: of its signals.
        subscribes: the types of observations that it wants; it is not called in ticks without any.
        windows: the sliding windows that it uses.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    text: ClassVar[str] = ""
    version: ClassVar[int] = 1
    family: ClassVar[str]
    subscribes: ClassVar[frozenset[str]]
    windows: ClassVar[tuple[Counted | Exact, ...]] = ()

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """Judge a tick.

        An error is logged and counted, its signals are lost, and the other detectors go on; one that fails ten times in a
        row rests for a minute.

        Args:
            tick: at least one of its observations has a type of `subscribes`.
            windows: those it declared.
        """
        raise NotImplementedError

    def state(self) -> Any:
        """What it has learnt and would like to have back after a restart (baselines), as JSON; None for nothing."""
        return None

    def restore(self, state: Any) -> None:
        """Take back what `state` gave, perhaps of an older version: what it cannot read it leaves."""


class SeriesDetector(Protocol):
    """Judges one series of numbers as they come, in bounded memory, without knowing what comes."""

    def update(self, timestamp: float, value: float) -> float:
        """How odd this value is, in 0..1.

        Args:
            timestamp: seconds since 1970, rising.
            value: the number.
        """
        ...
