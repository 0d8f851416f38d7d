"""One Apache Kafka for a whole run of tests: a KRaft broker made of its Maven artifacts.

The first worker that needs it starts a keeper, which ends the broker when the run's first process has let go of its lock.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

from aerostic.cli.services.children import Command, free_port, start, stop
from tests.support.services import locked

VERSION = "4.1.1"
START_SECONDS = 120.0  # the first start resolves the artifacts
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>aerostic</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
"""
JAVA = ("java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp")


def artifacts() -> Path:
    """Kafka's jars, resolved by Maven once and kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "aerostic"
    cache.mkdir(parents=True, exist_ok=True)
    jars = cache / f"kafka-{VERSION}"
    with locked(cache, f"kafka-{VERSION}.lock"):
        if not jars.exists():
            _resolve(cache, jars)
    return jars


def _resolve(cache: Path, jars: Path) -> None:
    """Copy the jars beside their place first, so that an interrupted try leaves nothing half done."""
    folder = cache / f"kafka-{VERSION}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "pom.xml").write_text(POM.format(version=VERSION))
    subprocess.run(
        ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars", "-DincludeScope=runtime"),
        cwd=folder,
        check=True,
        stdout=sys.stderr,
    )
    (folder / "jars").rename(jars)
    shutil.rmtree(folder)


def broker(run: Path) -> str:
    """The `host:port` of this run's broker, started by whoever asks first.

    Args:
        run: the run's folder, with its lock.
    """
    with locked(run, "starting-kafka"):
        address = run / "kafka.json"
        if not address.exists():
            _start_keeper(run, address)
    return str(json.loads(address.read_text()))


def _start_keeper(run: Path, address: Path) -> None:
    log = run / "kafka.log"
    keeper = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tests.support.kafka", str(run)],
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)],
        setsid=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if os.waitpid(keeper, os.WNOHANG)[0] or time.monotonic() > deadline:
            raise RuntimeError("Kafka for tests did not start:\n" + log.read_text())
        time.sleep(0.05)


def keep(run: Path) -> None:
    """Run a broker until nobody holds the run's lock."""
    with (run / "alive").open() as alive:
        folder = run / "kafka"
        folder.mkdir()
        port = free_port()
        properties = folder / "server.properties"
        properties.write_text(PROPERTIES.format(port=port, controller=free_port(), folder=folder))
        java = (*JAVA, f"{artifacts()}/*")
        subprocess.run(
            (*java, "kafka.tools.StorageTool", "format", "-t", uuid4().hex[:22], "-c", str(properties)), check=True
        )
        command = Command("kafka", (*java, "kafka.Kafka", str(properties)), folder=folder)
        child = start(command, sys.stdout.fileno())
        try:
            while not _answers(port):
                if child.poll() is not None:
                    raise RuntimeError("the broker ended")
                time.sleep(0.05)
            part = run / "kafka.json.part"
            part.write_text(json.dumps(f"127.0.0.1:{port}"))
            part.rename(run / "kafka.json")
            fcntl.flock(alive, fcntl.LOCK_SH)
        finally:
            stop(child, command)
            shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
