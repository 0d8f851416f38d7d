"""Where a run is, and what it has done: all that has to be kept to go on later, as plain data."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from pydantic import BaseModel

from aerostic.flows.contract import Port

Fate = Literal["done", "failed", "again", "waiting", "unknown", "stopped"]


@dataclass(slots=True)
class State:
    """A run between two steps.

    Args:
        node: the node to come; '' where the run has ended.
        vars: variables by name.
        steps: what each node gave the last time, by its id.
        count: steps so far.
        visits: how often each node was come to.
        attempt: failed attempts of the node to come.
        spent: micro-credits.
        resuming: whether the node to come was left waiting.
        depth: how many flows called each other to this one.
        chain: the events that led here.
        unsure: whether the node to come may have changed another system already: it failed, and nobody knows.
        granted: how often a person has let it go on behind a limit.
        called: id of the run that the node to come has called.
    """

    node: str
    vars: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)
    count: int = 0
    visits: dict[str, int] = field(default_factory=dict)
    attempt: int = 0
    spent: int = 0
    resuming: bool = False
    depth: int = 0
    chain: list[str] = field(default_factory=list)
    unsure: bool = False
    granted: int = 0
    called: str = ""

    def kept(self) -> dict[str, Any]:
        """As it is kept: without what is as in a new run."""
        return {name: value for name, value in asdict(self).items() if value}

    def once_more(self) -> None:
        """Let the node that was failed or stopped at be taken again: as the same visit, so with the same key."""
        self.visits[self.node] -= 1
        self.taken()

    def taken(self) -> None:
        """Nothing is known of a node to come that was begun already."""
        self.attempt, self.resuming, self.unsure, self.called = 0, False, False, ""

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Of what `kept` gave."""
        return cls(**{"node": "", **kept})


@dataclass(slots=True)
class Done:
    """One line of the journal.

    Args:
        seq: its number in the run, from 1.
        fate: what came of it.
        port: through which it went on; '' where it did not.
        input: the configuration with its expressions worked out.
        output: what the node gave.
        error: a code and words, where it failed.
        at: when it began, in milliseconds since the run did.
        took: microseconds.
        values: variables that it set, of a step that is not worked out anew in a replay.
        heard: id of the message that it went on with.
        config: what `input` was made from, for who has just taken the step; it is not kept.
    """

    seq: int
    node: str
    fate: Fate
    port: str = ""
    input: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] = field(default_factory=dict)
    error: tuple[str, str] = ("", "")
    attempt: int = 0
    at: int = 0
    took: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    heard: str = ""
    config: BaseModel | None = field(default=None, compare=False, repr=False)


ERROR_PORT = Port("error").name
