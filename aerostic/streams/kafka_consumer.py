"""A member of a group on the Kafka transport."""

from contextlib import suppress
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError

from aerostic.db import Event
from aerostic.streams.reading import read_event

LONGEST_WORK_SECONDS = 600.0
JOIN_MS = 500
LOST = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class KafkaMember:
    """See `aerostic.streams.bus.Consumer`. A thread of the client's beats for it between polls.

    Args:
        topic: the bus's topic.
        connection: the client's options that say where, as whom and in which group.
        lease_seconds: the session time-out.
    """

    def __init__(self, topic: str, connection: dict[str, Any], lease_seconds: float) -> None:
        self._client: Any = KafkaConsumer(
            topic,
            **connection,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # a position that retention has overtaken: go on with the oldest kept
            session_timeout_ms=int(lease_seconds * 1000),
            heartbeat_interval_ms=int(lease_seconds * 1000 / 5),
            max_poll_interval_ms=int(LONGEST_WORK_SECONDS * 1000),
        )

    def poll(self, limit: int, timeout_seconds: float) -> list[Event]:
        """See `Consumer.poll`. While the group shares its work anew, it takes up to half a second longer."""
        self._join()
        answer = self._client.poll(timeout_ms=int(timeout_seconds * 1000), max_records=limit)
        read = (read_event(record.value) for records in answer.values() for record in records)
        return [event for event in read if event is not None]

    def _join(self) -> None:
        """Have a part in the work. kafka-python 3.0.12 begins to join anew where that ended between two polls, and so never ends
        where they are short; and a join whose poll is over it forgets where metadata set it off: the member would beat no more.
        """
        coordinator = self._client._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()
        if coordinator.need_rejoin():
            coordinator.poll(timeout_ms=JOIN_MS)

    def keep(self) -> None:
        """See `Consumer.keep`."""

    def commit(self) -> None:
        """See `Consumer.commit`."""
        with suppress(*LOST):  # the group has shared anew: the events come again to whoever has the partitions now
            self._client.commit()

    def close(self) -> None:
        """See `Consumer.close`."""
        self._client.close(autocommit=False)
