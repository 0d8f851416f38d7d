"""Detection over Kafka: from the topic to the flag, and what was not committed comes again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from aerostic.registry.runtime import KEY
from tests.core.detection.conftest import Station
from tests.core.detection.running.test_faults import attack, going
from tests.support.detecting import Wrong
from tests.support.kafka import broker
from tests.support.processes import eventually
from tests.support.services import Servers

pytestmark = pytest.mark.kafka


@pytest.fixture
def on_kafka(app: Flask, run_servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with its buses on Kafka, under a prefix of its own: a topic is not emptied."""
    before = app.extensions[KEY]
    changes = {
        "event_bus": "kafka",
        "kafka_bootstrap": broker(run_servers.folder),
        "redis_prefix": f"{before.settings.redis_prefix}:{uuid4().hex}",
    }
    monkeypatch.setitem(app.extensions, KEY, replace(before, settings=before.settings.model_copy(update=changes)))
    yield app


def test_wrong_passwords_block_an_address_over_kafka_too(on_kafka: Flask, install: Callable[..., None]) -> None:
    install(Wrong())
    station = Station(on_kafka, lease_seconds=6.0)
    with going(station):
        attack(station)
        eventually(lambda: station.flag("address", "x"), 60)
        eventually(lambda: station.observations.lag("detection") == 0, 30)
    with going(station):
        attack(station, "y")
        eventually(lambda: station.flag("address", "y"), 60)
    station.observations.close()
