"""Who runs here: one `aerostic up` a `var/` folder, and where other terminals find its servers."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aerostic.cli.services.secrets import write_private
from aerostic.settings import Settings, get_settings

LOCK, ADDRESSES = "up.lock", "running.json"


class AlreadyRunningError(Exception):
    """Another `aerostic up` runs on this folder."""


@contextmanager
def sole(var: Path) -> Iterator[None]:
    """Be the only `aerostic up` of the folder. The lock goes with the process, however that ends.

    Raises:
        AlreadyRunningError: another one has it.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"It is already running on {var.resolve()}: end that one first (Ctrl-C), or give this one another folder"
                " and port with AEROSTIC_VAR and AEROSTIC_PORT."
            ) from None
        try:
            yield
        finally:
            (var / ADDRESSES).unlink(missing_ok=True)


def publish(var: Path, environment: dict[str, str]) -> None:
    """Tell other terminals of the same user where the servers are, once everything is ready."""
    write_private(var / ADDRESSES, environment)


def running_environment(var: Path) -> dict[str, str]:
    """The environment of the `aerostic up` that runs on the folder; empty if none does, or is not ready yet."""
    try:
        with (var / LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return {}
    except FileNotFoundError:
        return {}
    except BlockingIOError:
        path = var / ADDRESSES
        return json.loads(path.read_bytes()) if path.exists() else {}


def command_settings() -> Settings:
    """The settings of a command: with no database named, those of the `aerostic up` that runs here."""
    settings = get_settings()
    if not settings.database_url:
        os.environ.update(running_environment(settings.var))
        get_settings.cache_clear()
        settings = get_settings()
    return settings
