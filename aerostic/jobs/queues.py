"""Putting jobs into queues. JSON, never pickle: a poisoned queue must not run code."""

from typing import Any

from rq import Queue

from aerostic.registry import Runtime, runtime

DEFAULT, LANES, IMPORTS = "default", "lanes", "imports"
FAILURE_SECONDS = 7 * 24 * 3600
TIMEOUT_SECONDS = 3600


def queue(name: str, at: Runtime | None = None) -> Queue:
    """A queue of this installation; its name carries our prefix."""
    at = at or runtime()
    return Queue(f"{at.settings.redis_prefix}:{name}", connection=at.redis, serializer="json")


def enqueue(path: str, *arguments: Any, name: str = DEFAULT, seconds: int = TIMEOUT_SECONDS) -> None:
    """Ask for a function to be run in the background, at least once.

    Args:
        path: dotted name of the function, as the worker will import it.
        arguments: JSON values only; ids, never personal data: they are shown in lists of jobs.
        name: `default`; `imports` for what takes minutes, so that it holds up nothing else; or `lanes`.
        seconds: time limit; -1 for a job with a deadline of its own.
    """
    queue(name).enqueue_call(
        path, args=arguments, timeout=seconds, result_ttl=0, failure_ttl=FAILURE_SECONDS, description=path
    )
