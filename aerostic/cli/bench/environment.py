"""Where a benchmark runs: its own PostgreSQL and Valkey (durable, as in earnest), and an emulator beside them."""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from aerostic.app import create_app
from aerostic.cli.migrate import migration_folders
from aerostic.cli.services.children import Command, free_port
from aerostic.cli.services.postgres import APP
from aerostic.cli.supervisor import Child, Supervisor
from aerostic.cli.up import start_servers
from aerostic.db.migrate import upgrade
from aerostic.registry import load_registry
from aerostic.settings import Settings

SECONDS = 30.0


@contextmanager
def bench_servers() -> Iterator[Supervisor]:
    """A supervisor that ends what a benchmark started."""
    with Supervisor(lambda *_: None) as supervisor:
        yield supervisor


def bench_settings(supervisor: Supervisor) -> tuple[Settings, dict[str, str]]:
    """Settings of fresh servers under `var/bench`, migrated, and the environment that names them."""
    settings = Settings()
    environment, owner = start_servers(supervisor, settings.model_copy(update={"var": settings.var / "bench"}))
    named = Settings.model_validate({**environment, **owner, "AEROSTIC_LOG_LEVEL": "WARNING"})
    upgrade(named.database_owner_url, APP, migration_folders(load_registry(named)))
    return named, environment | {"AEROSTIC_LOG_LEVEL": "WARNING"}


def bench_app(settings: Settings) -> Flask:
    """The application on these servers."""
    return create_app(settings)


def start_emulator(supervisor: Supervisor, **switches: Any) -> str:
    """Start an emulator with these switches and return its base URL."""
    port = free_port()
    command = Command(
        name="emulator", argv=(sys.executable, "-m", "aerostic_emulator", "--host", "127.0.0.1", "--port", str(port))
    )
    supervisor.keep([Child(command)])
    url = f"http://127.0.0.1:{port}"
    supervisor.wait(lambda: _answers(url), SECONDS, "the emulator does not answer")
    control(url, "PATCH", "config", switches)
    return url


def control(url: str, method: str, path: str, body: Any = None) -> Any:
    """Call the emulator's control API."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(  # noqa: S310 - loopback only
        f"{url}/_emulator/{path}", data=data, method=method, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.loads(answer.read())


def _answers(url: str) -> bool:
    try:
        control(url, "GET", "config")
    except OSError:
        time.sleep(0.1)
        return False
    return True
