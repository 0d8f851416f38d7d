"""The bus of observations: a second one beside that of events, so that neither waits for the other."""

from redis import Redis

from aerostic.settings import Settings
from aerostic.streams.bus import LEASE_SECONDS, Bus
from aerostic.streams.redis_bus import RedisBus
from aerostic.streams.transports import check_kafka

PLATFORM = "platform"
# In one partition of Redis: some 15 MB, and seconds of what a busy platform does; who is further behind has lost the moment.
LIMIT = 25_000


def open_observations(settings: Settings, redis: Redis, *, lease_seconds: float = LEASE_SECONDS) -> Bus:
    """The bus that observations travel on, of the kind that AEROSTIC_EVENT_BUS names. On Kafka its topic is
    `<prefix>-observations.events`.

    Raises:
        ValueError: Kafka is asked for, and KAFKA_BOOTSTRAP is not set.
        BusError: the package `crc32c` is missing.
    """
    prefix = f"{settings.redis_prefix}:observations"
    if settings.event_bus == "redis":
        return RedisBus(redis, prefix, limit=LIMIT, lease_seconds=lease_seconds)
    check_kafka(settings)
    from aerostic.streams.kafka_bus import KafkaBus  # its client is slow to import, and most installations need none

    return KafkaBus(
        settings.kafka_bootstrap, prefix, replication=settings.kafka_replication, lease_seconds=lease_seconds
    )
