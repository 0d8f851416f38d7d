"""Windows on a cluster of six: spread over its masters, and going on when one of them dies."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import RedisError

from aerostic.detection.windows import WindowStore
from aerostic.detection.windows.connecting import connect_windows
from aerostic.detection.windows.groups import CLUSTER_GROUPS, tags
from aerostic.settings import Settings
from tests.core.detection.windows.conftest import DECLARED, NOW
from tests.support.cluster import Cluster

KEYS = [f"key-{number}" for number in range(300)]


@pytest.fixture
def client(cluster: Cluster) -> Iterator[RedisCluster]:
    with closing(connect_windows(Settings(_env_file=None, redis_windows_url=cluster.url))) as connected:
        assert isinstance(connected, RedisCluster)
        yield connected


def totals(store: WindowStore, now: float) -> list[int]:
    return [store.of("d").total("minute", key, now) for key in KEYS]


def test_the_groups_slots_lie_evenly() -> None:
    shares = [key_slot(tag.encode()) * 3 // 16_384 for tag in tags(CLUSTER_GROUPS)]
    assert shares == [0, 0, 1, 1, 2, 2]


def test_processes_share_their_windows_on_a_cluster(client: RedisCluster) -> None:
    one, other = (WindowStore(client, "shared", DECLARED) for _ in range(2))
    for store in (one, other):
        for key in KEYS:
            store.of("d").count("minute", key, NOW)
            store.of("d").note("rare", key, NOW, "x")
        store.flush(NOW)
    started = WindowStore(client, "shared", DECLARED)
    started.restore()
    assert [totals(store, NOW) for store in (other, started)] == [[2] * 300] * 2
    assert started.of("d").members("rare", KEYS[0], NOW) == [("x", NOW)]
    sizes = [sum(1 for _ in client.scan_iter("shared:*", target_nodes=node)) for node in client.get_primaries()]
    assert all(size > 100 for size in sizes)


def test_when_a_master_dies_its_replica_takes_over_and_the_windows_catch_up(
    cluster: Cluster, client: RedisCluster
) -> None:
    one = WindowStore(client, "killed", DECLARED)
    for key in KEYS:
        one.of("d").count("minute", key, NOW)
    one.flush(NOW)
    assert client.wait(1, 5_000, target_nodes=client.get_primaries()) is not None
    cluster.kill(0)
    failures, now = 0, NOW
    deadline = time.monotonic() + 60
    while (failures == 0 or one.owed() or not cluster.is_master(3)) and time.monotonic() < deadline:
        now += 0.1
        for key in KEYS:
            one.of("d").count("minute", key, now)
        try:
            one.flush(now)
        except RedisError:
            failures += 1
    assert cluster.is_master(3)
    one.flush(now + 6)
    one.flush(now + 6)
    started = WindowStore(client, "killed", DECLARED)
    started.restore()
    assert (failures > 0, one.owed()) == (True, 0)
    assert totals(started, now) == totals(one, now)
