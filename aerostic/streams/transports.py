"""Which transport carries the events of this installation."""

from redis import Redis

from aerostic.settings import Settings
from aerostic.streams.bus import LEASE_SECONDS, Bus
from aerostic.streams.redis_bus import RedisBus


def open_bus(settings: Settings, redis: Redis, *, lease_seconds: float = LEASE_SECONDS) -> Bus:
    """The bus that AEROSTIC_EVENT_BUS names; members of its groups that are silent for `lease_seconds` lose their partitions.

    Raises:
        ValueError: Kafka is asked for, and KAFKA_BOOTSTRAP is not set.
        BusError: the package `crc32c` is missing.
    """
    if settings.event_bus == "redis":
        return RedisBus(redis, settings.redis_prefix, lease_seconds=lease_seconds)
    check_kafka(settings)
    from aerostic.streams.kafka_bus import KafkaBus  # its client is slow to import, and most installations need none

    return KafkaBus(
        settings.kafka_bootstrap,
        settings.redis_prefix,
        replication=settings.kafka_replication,
        lease_seconds=lease_seconds,
    )


def check_kafka(settings: Settings) -> None:
    """Refuse to go on without brokers.

    Raises:
        ValueError: KAFKA_BOOTSTRAP is not set.
    """
    if not settings.kafka_bootstrap:
        raise ValueError("AEROSTIC_EVENT_BUS=kafka needs KAFKA_BOOTSTRAP: the brokers, host:port, comma separated.")
