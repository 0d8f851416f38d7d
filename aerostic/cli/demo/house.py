"""A house of the demo's own: private servers with nothing in them, and all processes, for as long as the job takes."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from flask import Flask

from aerostic.cli.running import LOCK, sole
from aerostic.cli.supervisor import Supervisor, Writer
from aerostic.cli.up import bring_up
from aerostic.settings import Settings, get_settings

T = TypeVar("T")
LONGEST_SECONDS = 600.0
PATIENCE_SECONDS = 10.0
FIRST_PORT, LAST_PORT, PORTS = 21_000, 31_000, 5
# What would lead out of the demo's folder.
ELSEWHERE = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "KAFKA_BOOTSTRAP",
    "AEROSTIC_KEYS",
    "AEROSTIC_KEYS_FILE",
    "AEROSTIC_KEY_PROVIDER",
    "AEROSTIC_SECRET_KEY",
)


@contextmanager
def fresh(folder: Path) -> Iterator[Settings]:
    """Settings of an installation that begins with nothing, for this process and those it starts.

    Raises:
        AlreadyRunningError: another demo runs in the folder.
    """
    with sole(folder):
        for item in folder.iterdir():
            if item.is_dir():
                shutil.rmtree(item)
            elif item.name != LOCK:
                item.unlink()
        os.environ |= dict.fromkeys(ELSEWHERE, "")
        os.environ |= {
            "AEROSTIC_VAR": str(folder.resolve()),
            "AEROSTIC_PORT": str(_free_ports()),
            "AEROSTIC_DOMAIN": "localhost",
            "AEROSTIC_EVENT_BUS": "redis",
        }
        get_settings.cache_clear()
        yield get_settings()


def work(settings: Settings, write: Writer, job: Callable[[Flask, threading.Event], T]) -> T:
    """Bring everything up, do the job beside the supervisor, and take everything down again.

    Args:
        write: takes what the processes print.
        job: called with the application and an event that tells it to give up.

    Raises:
        NotReadyError: something did not start, or the job took too long.
        StoppedError: the person ended it.
    """
    with Supervisor(write) as supervisor:
        bring_up(supervisor, settings, seed=False)
        stop = threading.Event()
        # The supervisor's own thread has to stay with its children.
        done: Future[T] = Future()
        thread = threading.Thread(target=_do, args=(done, job, stop), name="demo", daemon=True)
        thread.start()
        try:
            supervisor.wait(done.done, LONGEST_SECONDS, "the demo did not come to its end in time")
        finally:
            stop.set()
            thread.join(PATIENCE_SECONDS)
        return done.result()


def _do(done: "Future[T]", job: Callable[[Flask, threading.Event], T], stop: threading.Event) -> None:
    # Imported here: it loads the plugins, which reading the command's help does not need.
    from aerostic.cli.processes import application

    try:
        done.set_result(job(application(serves=False), stop))
    except BaseException as error:
        done.set_exception(error)


def _free_ports() -> int:
    """The first of some free ports in a row."""
    for first in range(FIRST_PORT, LAST_PORT, PORTS):
        try:
            with ExitStack() as stack:
                for port in range(first, first + PORTS):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise OSError(f"no {PORTS} free ports in a row between {FIRST_PORT} and {LAST_PORT}: end other programs first")
