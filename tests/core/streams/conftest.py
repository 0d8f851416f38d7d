"""A bus of each transport, empty, and members of its groups."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from aerostic.db import Event
from aerostic.settings import Settings
from aerostic.streams import Bus, Consumer
from aerostic.streams.kafka_bus import KafkaBus
from aerostic.streams.redis_bus import RedisBus
from tests.support.kafka import broker
from tests.support.services import Servers

# A member of Kafka beats from a thread of the same process, which a busy machine may not run for a second.
LEASE_SECONDS, KAFKA_LEASE_SECONDS = 1.0, 3.0


@pytest.fixture(scope="session")
def kafka(run_servers: Servers) -> str:
    """`host:port` of this run's Kafka. Mark tests that use it with `kafka`."""
    return broker(run_servers.folder)


@pytest.fixture(params=["redis", pytest.param("kafka", marks=pytest.mark.kafka)])
def transport(request: pytest.FixtureRequest) -> str:
    """Each transport in turn."""
    return str(request.param)


@pytest.fixture
def address(transport: str, settings: Settings, request: pytest.FixtureRequest) -> str:
    """Where the transport's server is."""
    return settings.redis_url if transport == "redis" else str(request.getfixturevalue("kafka"))


@pytest.fixture
def prefix(settings: Settings) -> str:
    """A prefix for one test: a topic is not emptied."""
    return f"{settings.redis_prefix}:{uuid4().hex}"


def open_transport(transport: str, address: str, prefix: str) -> Bus:
    """A bus with a short lease."""
    if transport == "kafka":
        return KafkaBus(address, prefix, lease_seconds=KAFKA_LEASE_SECONDS)
    return RedisBus(Redis.from_url(address), prefix, lease_seconds=LEASE_SECONDS)


@pytest.fixture
def bus(transport: str, address: str, prefix: str, redis: Redis) -> Iterator[Bus]:
    """The bus under test."""
    with closing(open_transport(transport, address, prefix)) as opened:
        yield opened


@pytest.fixture
def join(bus: Bus) -> Iterator[Callable[..., Consumer]]:
    """Join a group; left again at the end."""
    with ExitStack() as stack:

        def member(group: str, *, from_start: bool = True) -> Consumer:
            return stack.enter_context(closing(bus.consumer(group, name="test", from_start=from_start)))

        yield member


@pytest.fixture
def spawn(transport: str, address: str, prefix: str) -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    """Join a group from a process of its own, which prints the id of each event that it polls and never commits."""
    children: list[subprocess.Popen[str]] = []

    def member(group: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "tests.core.streams.member", transport, address, prefix, group]
        root = Path(__file__).parents[3]
        children.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=root))
        return children[-1]

    yield member
    for child in children:
        child.kill()
        child.communicate()


def make_events(count: int, keys: int = 1) -> list[Event]:
    """Events numbered within their keys."""
    return [
        Event(type="message.accepted", tenant_id=None, key=f"key-{number % keys}", data={"number": number // keys})
        for number in range(count)
    ]
