"""The bus on three brokers: what was acknowledged survives any one of them, and waits while two are away."""

import gc
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from aerostic.db import Event
from aerostic.streams import BusError
from aerostic.streams.bus import PARTITIONS
from aerostic.streams.kafka_bus import KafkaBus
from tests.support.kafka_cluster import KafkaCluster

# kafka-python 3.0 leaves a socket that could not connect to the garbage collector.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
KEYS, BATCH = 16, 40


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What the client left open is closed while nobody is warned of it."""
    yield
    for _ in range(5):  # a socket hangs on coroutines that hang on each other
        gc.collect()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three brokers."""
    brokers = KafkaCluster(Path(tmp_path_factory.mktemp("kafka")))
    log = logging.getLogger("kafka")  # its records, which pytest keeps, hold on to those sockets
    log.setLevel(logging.CRITICAL)
    try:
        brokers.start_all()
        yield brokers
    finally:
        brokers.stop_all()
        log.setLevel(logging.NOTSET)


class Publisher(threading.Thread):
    """Publishes numbered events as the relay does: a batch that was not taken is published again."""

    def __init__(self, bus: KafkaBus) -> None:
        super().__init__()
        self._bus = bus
        self._stop_asked = threading.Event()
        self.acknowledged: list[Event] = []
        self.refused = 0

    def run(self) -> None:
        """Publish until told to stop."""
        number = 0
        while not self._stop_asked.is_set():
            batch = [
                Event(type="message.accepted", tenant_id=None, key=f"key-{at % KEYS}", data={"number": at})
                for at in range(number, number + BATCH)
            ]
            number += BATCH
            while not self._publish(batch):
                self.refused += 1
            self.acknowledged += batch
            self._stop_asked.wait(0.02)

    def finish(self) -> None:
        """Stop once the batch at hand is taken."""
        self._stop_asked.set()
        self.join(60)
        assert not self.is_alive()

    def progress(self) -> None:
        """Return when something more was acknowledged."""
        before, deadline = len(self.acknowledged), time.monotonic() + 60
        while len(self.acknowledged) < before + 3 * BATCH:
            assert time.monotonic() < deadline, "nothing is acknowledged any more"
            time.sleep(0.05)

    def _publish(self, batch: list[Event]) -> bool:
        try:
            self._bus.publish(batch)
        except BusError:
            return False
        return True


def read_all(bus: KafkaBus, ids: set[UUID]) -> list[Event]:
    """Each event of the bus once, as a consumer sees it that drops what comes twice."""
    found: dict[UUID, Event] = {}
    deadline = time.monotonic() + 60
    with closing(bus.consumer("reader", name="test", from_start=True)) as consumer:
        while not ids <= found.keys() and time.monotonic() < deadline:
            for event in consumer.poll(2_000, 0.5):
                found.setdefault(event.id, event)
    return list(found.values())


def test_the_topic_has_a_copy_on_each_broker_two_of_which_have_to_be_in_sync(cluster: KafkaCluster) -> None:
    prefix = uuid4().hex
    with closing(KafkaBus(cluster.bootstrap, prefix, replication=3)) as bus:
        bus.create_group("g")
    with closing(KafkaAdminClient(bootstrap_servers=cluster.bootstrap.split(","))) as admin:
        (topic,) = admin.describe_topics([f"{prefix}.events"])
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, f"{prefix}.events")])
    assert [len(partition["replica_nodes"]) for partition in topic["partitions"]] == [3] * PARTITIONS
    assert configs["topic"][f"{prefix}.events"]["min.insync.replicas"]["value"] == "2"


def test_nothing_acknowledged_is_lost_while_brokers_die_and_come_back(cluster: KafkaCluster) -> None:
    with closing(KafkaBus(cluster.bootstrap, uuid4().hex, replication=3)) as bus:
        bus.create_group("later")
        publisher = Publisher(bus)
        publisher.start()
        try:
            publisher.progress()
            cluster.kill(0)
            publisher.progress()
            cluster.start(0)
            cluster.await_brokers(3)
            cluster.stop(1)
            publisher.progress()
            cluster.kill(2)  # one is left: too few to be in sync, and too few to agree who leads
            held = len(publisher.acknowledged)
            time.sleep(3)
            assert len(publisher.acknowledged) <= held + 2 * BATCH
            cluster.start(1)
            cluster.start(2)
            publisher.progress()
        finally:
            publisher.finish()
        acknowledged = [event.id for event in publisher.acknowledged]
        events = read_all(bus, set(acknowledged))
    assert set(acknowledged) <= {event.id for event in events}
    for key in {event.key for event in events}:
        numbers = [event.data["number"] for event in events if event.key == key]
        assert numbers == sorted(numbers)
