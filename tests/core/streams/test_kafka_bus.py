"""What only the Kafka transport promises."""

import importlib.util
import time
from collections.abc import Callable
from contextlib import closing
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from aerostic.db import Event
from aerostic.streams import BusError
from aerostic.streams.kafka_bus import KafkaBus
from aerostic.streams.kafka_consumer import KafkaMember
from tests.core.streams.conftest import make_events


def test_it_refuses_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "crc32c" else find(name))
    with pytest.raises(BusError, match="pip install crc32c"):
        KafkaBus("127.0.0.1:1", "x")


@pytest.mark.kafka
def test_a_member_that_polls_shortly_while_the_group_shares_anew_gets_its_work(kafka: str) -> None:
    topic, (event,) = uuid4().hex, make_events(1)
    connection = {"bootstrap_servers": kafka, "client_id": "test"}
    with closing(KafkaAdminClient(**connection)) as admin:
        admin.create_topics({topic: {"num_partitions": 1}}, wait_for_metadata=True)
        with closing(KafkaMember(topic, connection | {"group_id": topic, "metadata_max_age_ms": 500}, 6.0)) as member:
            shortly(member, lambda _: member._client.assignment())
            admin.create_partitions({topic: 2})
            with closing(KafkaProducer(**connection)) as producer:
                producer.send(topic, key=b"", value=event.to_json(), partition=1).get(timeout=30)
            assert shortly(member, bool) == [event]


@pytest.mark.kafka
def test_a_member_that_never_waits_gets_its_work_too(kafka: str) -> None:
    bus, (event,) = KafkaBus(kafka, uuid4().hex), make_events(1)
    with closing(bus), closing(bus.consumer("group", name="test")) as member:
        bus.publish([event])
        assert shortly(member, bool, seconds=0.0) == [event]


def shortly(member: KafkaMember, holds: Callable[[list[Event]], object], seconds: float = 0.003) -> list[Event]:
    """Poll a few milliseconds at a time until it holds of all that came."""
    deadline, found = time.monotonic() + 60, member.poll(10, seconds)
    while not holds(found) and time.monotonic() < deadline:
        found += member.poll(10, seconds)
        time.sleep(0.05)  # as who works between two polls
    return found
