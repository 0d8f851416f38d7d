"""Who acts: set once where work begins (a request, a command, a job), and read wherever an act is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "key", "plugin", "tenant", "visitor", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where.

    Args:
        kind: a person, a program with an API key, a plugin by itself, a workspace in whose name its `impersonator` acts, somebody
            who has not signed in, or the platform by itself.
        id: of the person, key or workspace, or the plugin's name; never a name or an address of a person.
        impersonator: id of the person who acts in somebody else's name.
        address: the network address it came from.
        request_id: what the request is called in logs.
    """

    kind: Kind
    id: str = ""
    impersonator: str = ""
    address: str = ""
    request_id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


SYSTEM = Actor("system")
_current: ContextVar[Actor] = ContextVar("aerostic_actor", default=SYSTEM)


def current_actor() -> Actor:
    """Who acts here; the platform by itself where nobody was named."""
    return _current.get()


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Record what is done inside the block as done by `actor`."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
