"""Detection with detectors of the tests, on the real servers."""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from aerostic.cli.services.postgres import ADMIN, APP
from aerostic.db import Event, db
from aerostic.detection.contract import Detector
from aerostic.detection.running.process import assemble
from aerostic.detection.running.pulse import GROUP
from aerostic.detection.running.watching import Parts, Watch
from aerostic.registry import runtime
from aerostic.registry.declarations import Declared
from aerostic.security.restrictions import Restriction, Restrictions
from aerostic.streams import Bus
from aerostic.streams.observed import open_observations
from aerostic.streams.transports import open_bus
from tests.support.detecting import NOW, Wrong
from tests.support.services import Servers

LEASE_SECONDS = 1.0


class Station:
    """A detection process without its threads, at a time of the test's choice."""

    def __init__(self, app: Flask, lease_seconds: float = LEASE_SECONDS) -> None:
        own, self.app = runtime(), app
        self.now = NOW
        self.parts: Parts = assemble(app)
        self.parts.acting._clock = lambda: self.now
        self.restrictions = Restrictions(own.redis, own.settings.redis_prefix)
        self.observations: Bus = open_observations(own.settings, own.redis, lease_seconds=lease_seconds)
        self.events: Bus = open_bus(own.settings, own.redis, lease_seconds=lease_seconds)
        self.observations.create_group(GROUP)
        join = [partial(bus.consumer, GROUP, name="test") for bus in (self.observations, self.events)]
        self.watch = Watch(self.parts, join, lambda: self.now)

    def tick(self, *events: Event) -> tuple[bool, bool]:
        """One tick of these."""
        return self.watch.tick(list(events))

    def flag(self, kind: str, subject: str) -> Restriction | None:
        """What stands on a subject, as everybody else reads it."""
        return self.restrictions.of([(kind, subject)]).get((kind, subject))


@pytest.fixture
def install(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install these detectors and no others."""

    def put(*detectors: Detector) -> None:
        declared = [Declared("tests", detector) for detector in detectors]
        monkeypatch.setitem(runtime().registry._declared, "register_detectors", declared)

    return put


@pytest.fixture
def station(app: Flask, install: Callable[..., None]) -> Station:
    """One that has begun, with a detector of wrong passwords."""
    install(Wrong())
    own = Station(app)
    own.watch.begin()
    return own


@pytest.fixture
def postgres_away(run_servers: Servers, migrated_database: str) -> Iterator[Callable[[bool], None]]:
    """Whether the database takes nobody but those who look after it."""
    with psycopg.connect(run_servers.postgres.url(ADMIN, "postgres"), autocommit=True) as house:

        def set_away(away: bool) -> None:
            name, taken = sql.Identifier(migrated_database), sql.Literal(not away)
            house.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, taken))
            if away:
                ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
                house.execute(ours, [migrated_database, APP])
            else:
                db.engine.dispose()

        yield set_away
        set_away(False)
