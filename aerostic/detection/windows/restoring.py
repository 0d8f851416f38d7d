"""Reading back the windows that were written before a process started."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from redis import Redis
from redis.cluster import RedisCluster

BATCH = 500


def read(
    redis: Redis | RedisCluster, prefix: str, kinds: Mapping[str, str]
) -> Iterator[tuple[str, str, Sequence[bytes]]]:
    """Each key of the windows that are declared: the window's name, the key and its flat answer.

    Args:
        redis: a client that answers bytes.
        prefix: first part of every key.
        kinds: windows by their names: `c` for a hash, `e` for a sorted set.
    """
    start = f"{prefix}:w:"
    pattern = re.sub(r"([\\*?\[\]])", r"\\\1", start) + "*"
    found = redis.scan_iter(match=pattern, count=2_000)
    while batch := list(islice(found, BATCH)):
        wanted = []
        for name in batch:
            window, _, key = name.decode()[len(start) :].partition("}:")[2].partition(":")
            if f"{window}:" in kinds:
                wanted.append((name, f"{window}:", key))
        yield from _values(redis, wanted, kinds)


def _values(
    redis: Redis | RedisCluster, wanted: Sequence[tuple[bytes, str, str]], kinds: Mapping[str, str]
) -> Iterator[tuple[str, str, Sequence[bytes]]]:
    with redis.pipeline(transaction=False) as pipe:
        for name, window, _ in wanted:
            if kinds[window] == "c":
                pipe.hgetall(name)
            else:
                pipe.zrange(name, 0, -1, withscores=True)
        answers: list[Any] = pipe.execute() if wanted else []
    for (_, window, key), answer in zip(wanted, answers, strict=True):
        pairs = answer.items() if isinstance(answer, dict) else answer
        yield window, key, [part for pair in pairs for part in pair]
