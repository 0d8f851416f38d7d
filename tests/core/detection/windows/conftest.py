"""Windows on real servers: the run's Valkey, and a cluster of six."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from aerostic.detection.contract import Counted, Exact
from aerostic.detection.windows import WindowStore
from aerostic.settings import Settings
from tests.support.cluster import Cluster

NOW = 1_800_000_000.0
DECLARED = {"d": (Counted("minute", 60), Counted("hour", 3600, 60), Exact("rare", 600, 3))}
Open = Callable[..., WindowStore]


@pytest.fixture
def store(redis: Redis, settings: Settings) -> Open:
    """Another process's windows on the run's Valkey, each time it is called."""
    return lambda: WindowStore(redis, settings.redis_prefix, DECLARED)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three masters, three replicas."""
    servers = Cluster(Path(tmp_path_factory.mktemp("cluster")))
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
