"""Reading observations where detection reads them: from their bus."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from aerostic.db import Event
from aerostic.registry import runtime
from aerostic.streams.observed import flush, open_observations


class Observed:
    """What was observed since the block began."""

    def __init__(self) -> None:
        own = runtime()
        flush(5)
        bus = open_observations(own.settings, own.redis)
        bus.create_group("test")
        self.consumer = bus.consumer("test", name="test")

    def all(self) -> list[Event]:
        """Everything that is new."""
        assert flush(5)
        found: list[Event] = []
        while more := self.consumer.poll(500, 0.1):
            found += more
        self.consumer.commit()
        return found

    def of(self, *types: str) -> list[dict[str, object]]:
        """The data of those of some types that are new."""
        return [event.data for event in self.all() if event.type in types]


@contextmanager
def observing() -> Iterator[Observed]:
    """Within the block, what is observed is heard. Needs an application context."""
    own = Observed()
    with closing(own.consumer):
        yield own
