"""Three Kafka brokers that are one KRaft cluster, each also one of its controllers. For tests that stop and start them."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from aerostic.cli.services.children import Command, free_port, kill, start, stop
from tests.support.kafka import JAVA, artifacts

BROKERS = 3
PATIENCE = 60.0
PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class KafkaCluster:
    """Three brokers in a folder of their own.

    Args:
        folder: holds what they write.
    """

    def __init__(self, folder: Path) -> None:
        self._ports = [free_port() for _ in range(BROKERS)]
        self._controllers = [free_port() for _ in range(BROKERS)]
        self._folders = [folder / str(node) for node in range(BROKERS)]
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._java = (*JAVA, f"{artifacts()}/*")
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port in self._ports)

    def start_all(self) -> None:
        """Make their folders, start them, and return when all have joined."""
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in enumerate(self._controllers))
        formats, name = [], uuid4().hex[:22]
        for node, folder in enumerate(self._folders):
            folder.mkdir(parents=True)
            places = {"port": self._ports[node], "controller": self._controllers[node], "folder": folder}
            (folder / "server.properties").write_text(PROPERTIES.format(node=node, voters=voters, **places))
            words = ("kafka.tools.StorageTool", "format", "-t", name, "-c", str(folder / "server.properties"))
            formats.append(subprocess.Popen((*self._java, *words), stdout=sys.stderr))
        if any(child.wait() for child in formats):
            raise RuntimeError("the brokers' folders could not be made")
        for node in range(BROKERS):
            self.start(node)
        self.await_brokers(BROKERS)

    def start(self, node: int) -> None:
        """Start a broker."""
        self._children[node] = start(self._command(node), sys.stderr.fileno())

    def stop(self, node: int) -> None:
        """Have a broker end in an orderly way: it hands its partitions over first."""
        stop(self._children.pop(node), self._command(node))

    def kill(self, node: int) -> None:
        """End a broker at once."""
        kill(self._children.pop(node))

    def stop_all(self) -> None:
        """End what runs. Nothing is kept, so nothing has to be handed over."""
        for node in list(self._children):
            self.kill(node)

    def await_brokers(self, count: int) -> None:
        """Return when the cluster knows of so many brokers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap.split(","))) as admin:
                    if len(admin.describe_cluster()["brokers"]) == count:
                        return
            except KafkaError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"{count} brokers did not come together")

    def _command(self, node: int) -> Command:
        folder = self._folders[node]
        return Command("kafka", (*self._java, "kafka.Kafka", str(folder / "server.properties")), folder=folder)
