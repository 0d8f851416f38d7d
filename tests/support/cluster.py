"""A Valkey cluster of six for tests: three masters, each with a replica, from the same program as the single server."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from aerostic.cli.services import Valkey, load_secrets
from aerostic.cli.services.children import Command, free_port, kill, start, stop

MASTERS = 3
NODE_TIMEOUT_MS = 1_000
SLOTS = 16_384
PATIENCE = 60.0


class Cluster:
    """Six servers in a folder of their own.

    Args:
        folder: holds what they write.
    """

    def __init__(self, folder: Path) -> None:
        self._secrets = load_secrets(folder)
        self.nodes = [Valkey(folder / str(number), self._secrets, free_port(), fsync="no") for number in range(6)]
        self._commands: list[Command] = []
        self._children: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """The address for `REDIS_WINDOWS_URL`."""
        return f"redis+cluster://:{self._secrets.valkey}@" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Start the servers, give the first three their slots and each a replica; return when all agree."""
        for node in self.nodes:
            node.prepare()
            command = _in_cluster(node.command(), self._secrets.valkey)
            self._commands.append(command)
            self._children.append(start(command, subprocess.DEVNULL))
        _until(lambda: all(node.ready() for node in self.nodes))
        masters = self.nodes[:MASTERS]
        for number, node in enumerate(masters):
            first, last = number * SLOTS // MASTERS, (number + 1) * SLOTS // MASTERS - 1
            self._ask(node, "CLUSTER", "ADDSLOTSRANGE", first, last)
        for node in self.nodes[1:]:
            self._ask(node, "CLUSTER", "MEET", "127.0.0.1", masters[0].port)
        _until(lambda: all(self._known(node) == len(self.nodes) for node in self.nodes))
        for master, replica in zip(masters, self.nodes[MASTERS:], strict=True):
            self._ask(replica, "CLUSTER", "REPLICATE", self._ask(master, "CLUSTER", "MYID"))
        _until(lambda: all(self._is_well(node) for node in self.nodes))
        _until(lambda: all(b"master_link_status:up" in self._info(node) for node in self.nodes[MASTERS:]))

    def kill(self, number: int) -> None:
        """End a server at once."""
        kill(self._children[number])

    def stop(self) -> None:
        """End them all."""
        for child, command in zip(self._children, self._commands, strict=True):
            stop(child, command)

    def is_master(self, number: int) -> bool:
        """Whether a server is a master now."""
        return b"role:master" in self._info(self.nodes[number])

    def _info(self, node: Valkey) -> bytes:
        return bytes(self._ask(node, "INFO", "REPLICATION"))

    def _known(self, node: Valkey) -> int:
        return bytes(self._ask(node, "CLUSTER", "NODES")).count(b"connected")

    def _is_well(self, node: Valkey) -> bool:
        nodes = bytes(self._ask(node, "CLUSTER", "NODES"))
        return nodes.count(b"slave") == MASTERS and b"cluster_state:ok" in bytes(self._ask(node, "CLUSTER", "INFO"))

    def _ask(self, node: Valkey, *words: object) -> bytes:
        with Redis.from_url(node.url) as client:
            client.response_callbacks.clear()
            answer = client.execute_command(*words)
        return answer if isinstance(answer, bytes) else str(answer).encode()


def _in_cluster(command: Command, password: str) -> Command:
    """The same server as a member of a cluster. The password stands in its configuration, not among the arguments."""
    configuration = Path(command.argv[1])
    text = "\n".join(line for line in configuration.read_text().splitlines() if not line.startswith("databases "))
    more = (
        "cluster-enabled yes",
        f"cluster-node-timeout {NODE_TIMEOUT_MS}",
        "cluster-allow-replica-migration no",
        f"primaryauth {password}",
        "repl-diskless-sync-delay 0",
        "cluster-announce-ip 127.0.0.1",
    )
    configuration.write_text("\n".join((text, *more, "")))
    return command


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if holds():
                return
        except RedisError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("the cluster for tests did not come together")
        time.sleep(0.02)
