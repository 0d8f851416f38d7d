"""What only the Kafka transport promises."""

import importlib.util
import time
from contextlib import closing
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, KafkaProducer

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
def test_a_member_finds_partitions_that_its_broker_did_not_know_when_it_joined(kafka: str) -> None:
    topic, (event,) = uuid4().hex, make_events(1)
    connection = {"bootstrap_servers": kafka, "client_id": "test"}
    with closing(KafkaAdminClient(**connection)) as admin:
        admin.create_topics({topic: {"num_partitions": 1}}, wait_for_metadata=True)
        with closing(KafkaMember(topic, connection | {"group_id": topic}, 6.0)) as member:
            member.poll(1, 3.0)
            admin.create_partitions({topic: 2})
            with closing(KafkaProducer(**connection)) as producer:
                producer.send(topic, key=b"", value=event.to_json(), partition=1).get(timeout=30)
            deadline, found = time.monotonic() + 60, []
            while not found and time.monotonic() < deadline:
                found = member.poll(1, 0.5)
    assert found == [event]
