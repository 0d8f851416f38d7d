"""What goes on on an ordinary platform. Each part is asked hour by hour for what begins in that hour."""

from typing import Protocol

from tests.labelled.honest.campaigns import Campaigns
from tests.labelled.honest.channels import Channels
from tests.labelled.honest.conversations import Conversations
from tests.labelled.honest.integrations import Integrations
from tests.labelled.honest.newcomers import Newcomers
from tests.labelled.honest.people import People
from tests.labelled.labels import Calm
from tests.labelled.sink import Sink
from tests.labelled.world import World


class Part(Protocol):
    """A part of the platform's life. `calm` tells of the odd but honest things in it."""

    calm: list[Calm]

    def hour(self, begin: float) -> None:
        """Put down what begins in this hour."""
        ...


def parts(world: World, sink: Sink, seed: int) -> list[Part]:
    """All of it."""
    return [part(world, sink, seed) for part in (Conversations, Campaigns, People, Integrations, Channels, Newcomers)]
