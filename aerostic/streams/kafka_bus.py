"""The bus on Kafka: one topic, partitioned by key, whose retention decides how long an event can be read again."""

import importlib.util
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import CommitFailedError, KafkaError, TopicAlreadyExistsError, UnknownMemberIdError

from aerostic.db import Event
from aerostic.streams.bus import LEASE_SECONDS, PARTITIONS, BusError
from aerostic.streams.kafka_consumer import KafkaMember

BATCH_BYTES = 256 * 1024
DELIVERY_SECONDS = 20.0
RECONNECT_MS = 1_000  # a broker that comes back is found within a second, not within the client's half minute
FLUSH_SECONDS = DELIVERY_SECONDS + 5.0  # so that each event's fate is known


class KafkaBus:
    """See `aerostic.streams.bus.Bus`. Connects when it is first used.

    Args:
        bootstrap: brokers, `host:port` separated by commas.
        prefix: first part of the names of topic and groups.
        lease_seconds: the session time-out: how long a silent member keeps its partitions. The broker sets the least.
        replication: copies of each event when the topic is made, all but one of which have to be in sync for an event to be
            kept; 0 leaves both to the brokers.

    Raises:
        BusError: the package `crc32c` is missing.
    """

    def __init__(
        self, bootstrap: str, prefix: str, *, lease_seconds: float = LEASE_SECONDS, replication: int = 0
    ) -> None:
        if importlib.util.find_spec("crc32c") is None:
            # kafka-python then computes each checksum in Python: four to seven times slower, and easily overlooked.
            raise BusError("The package crc32c is missing, without which kafka-python is too slow: pip install crc32c")
        self._connection: dict[str, Any] = {
            "bootstrap_servers": bootstrap.split(","),
            "client_id": prefix,
            "reconnect_backoff_max_ms": RECONNECT_MS,
        }
        self._copies: dict[str, Any] = {"num_partitions": PARTITIONS}
        if replication:
            least = {"min.insync.replicas": str(max(replication - 1, 1))}
            self._copies |= {"replication_factor": replication, "configs": least}
        self._prefix = re.sub(r"[^A-Za-z0-9._-]", "-", prefix)
        self._topic = f"{self._prefix}.events"
        self._lease_seconds = lease_seconds
        self._lock = threading.Lock()
        self._topic_exists = False
        self._producer: Any = None

    def publish(self, events: Sequence[Event]) -> None:
        """See `Bus.publish`. All replicas in sync have the events when it returns."""
        try:
            producer = self._get_producer()
            futures = [producer.send(self._topic, key=event.key.encode(), value=event.to_json()) for event in events]
            producer.flush(timeout=FLUSH_SECONDS)
        except KafkaError as error:
            self._drop_producer()
            raise BusError("Kafka did not take the events.") from error
        failed = sum(not future.is_done or future.failed() for future in futures)
        if failed:
            self._drop_producer()
            raise BusError(f"Kafka did not confirm {failed} of {len(events)} events.")

    def create_group(self, group: str, *, from_start: bool = False) -> None:
        """See `Bus.create_group`."""
        self._ensure_topic()
        with self._reader(group) as reader:
            new = [partition for partition in reader.assignment() if reader.committed(partition) is None]
            if new:
                offsets = reader.beginning_offsets(new) if from_start else reader.end_offsets(new)
                # Committed before anybody joins: a group without a position would begin at the end at each rebalance.
                with suppress(CommitFailedError, UnknownMemberIdError):  # another member was faster
                    reader.commit(
                        {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in offsets.items()}
                    )

    def consumer(self, group: str, *, name: str, from_start: bool = False) -> KafkaMember:
        """See `Bus.consumer`."""
        self.create_group(group, from_start=from_start)
        connection = self._connection | {"client_id": name, "group_id": self._group_id(group)}
        return KafkaMember(self._topic, connection, self._lease_seconds)

    def lag(self, group: str) -> int:
        """See `Bus.lag`."""
        self._ensure_topic()
        with self._reader(group) as reader:
            ends = reader.end_offsets(list(reader.assignment()))
            committed = {partition: reader.committed(partition) for partition in ends}
        return sum(end - (committed[partition] or 0) for partition, end in ends.items())

    def idle_groups(self) -> list[str]:
        """See `Bus.idle_groups`. Kafka keeps what they have not committed for as long as everything."""
        with closing(KafkaAdminClient(**self._connection)) as admin:
            found = admin.list_groups(states_filter=["Empty"])
        own = self._group_id("")
        return sorted(group["group_id"].removeprefix(own) for group in found if group["group_id"].startswith(own))

    def forget(self, group: str) -> None:
        """See `Bus.forget`. Kafka refuses while the group has members."""
        with closing(KafkaAdminClient(**self._connection)) as admin:
            admin.delete_groups([self._group_id(group)])

    def close(self) -> None:
        """See `Bus.close`."""
        self._drop_producer()

    def _group_id(self, group: str) -> str:
        return f"{self._prefix}.{group}"

    @contextmanager
    def _reader(self, group: str) -> Iterator[Any]:
        """A client that knows the group's offsets without joining it."""
        client = KafkaConsumer(**self._connection, group_id=self._group_id(group), enable_auto_commit=False)
        with closing(client):
            client.assign([TopicPartition(self._topic, partition) for partition in range(PARTITIONS)])
            yield client

    def _ensure_topic(self) -> None:
        if self._topic_exists:
            return
        with closing(KafkaAdminClient(**self._connection)) as admin, suppress(TopicAlreadyExistsError):
            admin.create_topics({self._topic: self._copies}, wait_for_metadata=True)
        self._topic_exists = True

    def _get_producer(self) -> Any:
        self._ensure_topic()
        with self._lock:
            if self._producer is None:
                self._producer = KafkaProducer(
                    **self._connection,
                    acks="all",
                    enable_idempotence=True,
                    batch_size=BATCH_BYTES,
                    delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
                    request_timeout_ms=int(DELIVERY_SECONDS * 500),
                )
            return self._producer

    def _drop_producer(self) -> None:
        """Start anew after a failure: what the old one still held must not arrive after what is published next."""
        with self._lock:
            if self._producer is not None:
                self._producer.close(timeout=0)
                self._producer = None
