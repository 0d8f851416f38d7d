"""An installation in a folder of its own, run by `aerostic up`: real servers, real processes, any of which may be killed."""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from aerostic.app import create_app
from aerostic.db import db
from aerostic.security.keyring import Keyring
from aerostic.security.roots import RootKeys
from aerostic.security.store import DatabaseStore
from aerostic.security.vault import use_keyring
from aerostic.settings import Settings
from tests.conftest import KEYS
from tests.e2e.emulator import Emulator
from tests.support.ports import free_ports
from tests.support.processes import Process, alive, eventually, running

READY = "Aerostic is ready."
PORTS = 6
TAKEOVER_SECONDS = 3
# What the command line of a process of the supervisor's has in it.
MARKS = {
    "lanes": "worker --queues lanes",
    "jobs": "worker --queues default",
    "stream": "aerostic.cli stream",
    "hooks": "aerostic.cli hooks",
    "cron": "aerostic.cli cron",
    "detect": "aerostic.cli detect run",
    "postgres": "postgres -D",
    "valkey": "valkey",
}


class House:
    """A running installation and the emulator it sends through."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        self.var = folder / "var"
        self.emulator = emulator
        self.first_port = free_ports(PORTS)
        self.starts = 0
        self.up: Process
        self.app: Flask
        self._keys: Keyring
        self._block: Any = None

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "AEROSTIC_VAR": str(self.var),
            "AEROSTIC_PORT": str(self.first_port),
            "AEROSTIC_KEYS": KEYS,
            "AEROSTIC_TAKEOVER_SECONDS": str(TAKEOVER_SECONDS),
        }

    @property
    def hooks(self) -> str:
        """The address of the intake."""
        return f"http://127.0.0.1:{self.first_port + 2}"

    def start(self) -> None:
        """`aerostic up`, until everything answers."""
        self.starts += 1
        log = self.folder / f"up-{self.starts}.log"
        self._block = running("up", "--no-seed", log=log, environment=self._environment)
        self.up = self._block.__enter__()
        self.up.says(READY, 180)
        self._open()

    def end(self) -> None:
        """Kill whatever is left of it."""
        if self._block is not None:
            with self.inside():
                db.engine.dispose()
            self._block.__exit__(None, None, None)

    def restart(self) -> float:
        """SIGKILL for the supervisor, then a new start on the same data. Returns the seconds until everything answered.

        Lanes may take a while to give up waiting for their database, which is gone; nobody has to wait for them.
        """
        family = self.up.family()
        began = time.monotonic()
        self.up.signal(signal.SIGKILL)
        self.up.ends()
        eventually(self._ports_free, 30, "the supervisor's death left listening processes behind")
        self.end()
        self.start()
        seconds = time.monotonic() - began
        with suppress(AssertionError):
            eventually(lambda: not any(map(alive, family)), 90)
        assert [one for one in family if alive(one)] == [], "the supervisor's death left processes behind"
        return seconds

    def _ports_free(self) -> bool:
        with ExitStack() as stack:
            for port in range(self.first_port, self.first_port + PORTS):
                probe = stack.enter_context(socket.socket())
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return False
        return True

    def find(self, name: str) -> list[psutil.Process]:
        """The processes of one kind; for PostgreSQL the postmaster first, then its backends."""
        found = []
        for process in self.up.family():
            with suppress(psutil.Error):
                if MARKS[name] in " ".join(process.cmdline()):
                    found.append(process)
                    if name == "postgres":
                        found += process.children(recursive=True)
        return found

    def kill(self, name: str) -> None:
        """SIGKILL for a process; the supervisor starts it again."""
        for process in self.find(name)[:1]:
            process.kill()

    def terminate(self, name: str) -> None:
        """SIGTERM for a process, as at a deployment; the supervisor starts it again."""
        for process in self.find(name)[:1]:
            process.terminate()
            process.wait(30)

    @contextmanager
    def another(self, *arguments: str) -> Iterator[Process]:
        """One more process, `aerostic ARGUMENTS`, beside those of the supervisor."""
        log = self.folder / "another.log"
        with running(*arguments, log=log, environment=self._environment | self._addresses()) as process:
            yield process

    def _addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.var / "running.json").read_bytes())
        return found | {"DATABASE_OWNER_URL": ""}

    def freeze(self, name: str, seconds: float) -> None:
        """SIGSTOP for a process and what belongs to it; SIGCONT after a while."""
        frozen = self.find(name)
        for process in frozen:
            with suppress(psutil.Error):
                process.suspend()
        time.sleep(seconds)
        for process in frozen:
            with suppress(psutil.Error):
                process.resume()

    def said(self, lines: int = 40) -> str:
        """The last lines of the log."""
        return "\n".join(self.up.text.splitlines()[-lines:])

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Its application in this process, which then has its keys: another test may have been given others."""
        use_keyring(self._keys)
        with self.app.app_context():
            yield

    def patiently(self, call: Callable[[], Any], seconds: float = 60.0) -> Any:
        """The result of a database call, tried again while the server is away."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with self.inside():
                    return call()
            except SQLAlchemyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _open(self) -> None:
        addresses = self._addresses()
        settings = Settings(
            _env_file=None,
            database_url=addresses["DATABASE_URL"],
            redis_url=addresses["REDIS_URL"],
            keys=KEYS,
            secret_key="only for tests, and long enough to sign with",
            port=self.first_port,
            outbound_allowed=["127.0.0.1"],
            var=self.var,
        )
        # Made here and not taken from the process: a thread that looks on may give it the old ones again meanwhile.
        self._keys = Keyring(RootKeys.of(settings), DatabaseStore(settings.database_url))
        self.app = create_app(settings)


@contextmanager
def house(folder: Path, emulator: Emulator) -> Iterator[House]:
    """Run one until the end of the block."""
    found = House(folder, emulator)
    found.start()
    try:
        yield found
    finally:
        found.end()
