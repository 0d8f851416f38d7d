"""The connection to the windows' own server or cluster."""

from typing import Any
from urllib.parse import unquote, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry

from aerostic.settings import Settings

# A tick must not wait long for its windows: they go on in memory, and are written later.
PATIENCE: dict[str, Any] = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "health_check_interval": 30}
CLUSTER = ("redis+cluster", "rediss+cluster")


def connect_windows(settings: Settings) -> Redis | RedisCluster:
    """A client for REDIS_WINDOWS_URL, or for REDIS_URL where that is not set; bytes in, bytes out.

    Raises:
        ValueError: neither is set.
        redis.exceptions.RedisError: no node of the cluster answers. A single server is asked when it is first used.
    """
    url = settings.redis_windows_url or settings.redis_url
    if not url:
        raise ValueError("Neither REDIS_WINDOWS_URL nor REDIS_URL is set.")
    parts = urlsplit(url)
    if parts.scheme not in CLUSTER:
        return Redis.from_url(url, retry=Retry(NoBackoff(), 1), **PATIENCE)
    who, _, hosts = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    nodes = [urlsplit(f"//{host}") for host in hosts.split(",")]
    return RedisCluster(
        startup_nodes=[ClusterNode(node.hostname or "localhost", node.port or 6379) for node in nodes],
        username=unquote(user) or None,
        password=unquote(password) or None,
        ssl=parts.scheme == "rediss+cluster",
        retry=Retry(NoBackoff(), 1),
        require_full_coverage=False,
        **PATIENCE,
    )
