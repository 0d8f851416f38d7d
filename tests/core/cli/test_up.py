"""`aerostic up`, the whole of it, as a person starts and ends it."""

import json
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support.processes import Process, alive, eventually, running

READY = "Aerostic is ready."
# A start loads the application in nine processes, and little besides: 9 to 13 loads. Loads of the same minute, as seconds, of a
# clock or of CPU, tell what else the machine is at.
MOST_LOADS = 18


def free_ports(number: int) -> int:
    """The first of some free ports in a row."""
    for first in range(20_000, 30_000, number):
        try:
            with ExitStack() as stack:
                for port in range(first, first + number):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise OSError("no free ports")


def worked(process: Process) -> float:
    """CPU seconds of a process and everything that it started and that still runs or was waited for."""
    times = [one.cpu_times() for one in (psutil.Process(process.child.pid), *process.family())]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def load(house: "House") -> float:
    """CPU seconds of a process that loads the application, asks for a little, and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with house.run("plugins", "status", log="load") as process:
        assert process.ends() == 0, process.text
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class House:
    """An installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.var = folder / "var"
        self.environment = {"AEROSTIC_VAR": str(self.var), "AEROSTIC_PORT": str(free_ports(6))}

    @contextmanager
    def run(self, *arguments: str, log: str = "log") -> Iterator[Process]:
        with running(*arguments, log=self.folder / log, environment=self.environment) as process:
            yield process

    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.var / "running.json").read_bytes())
        return found


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.kill
def test_it_starts_serves_ends_and_starts_again_with_its_data(house: House) -> None:
    with house.run("up", "--no-seed") as up:
        up.says(READY, 180)
        with psycopg.connect(house.addresses()["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
        family = up.family()
        up.signal(signal.SIGINT)
        assert up.ends(60) == 0, up.text
        assert [process.pid for process in family if alive(process)] == []
        assert not (house.var / "running.json").exists()
    with house.run("up", "--no-seed", log="second") as up:
        up.says(READY, 180)
        assert worked(up) < MOST_LOADS * load(house)
        with psycopg.connect(house.addresses()["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (1,)


@pytest.mark.kill
def test_a_second_terminal_finds_the_servers_and_a_second_start_is_refused(house: House) -> None:
    with house.run("up", "--no-seed") as up:
        up.says(READY, 180)
        with house.run("plugins", "status", log="status") as status:
            assert status.ends() == 0, status.text
            assert "core: 0" in status.text
        with house.run("up", log="second") as second:
            assert second.ends() == 1
            assert "It is already running on" in second.text
            assert "Traceback" not in second.text


@pytest.mark.kill
def test_after_a_sigkill_nothing_is_left_and_the_next_start_has_the_data(house: House) -> None:
    with house.run("up", "--no-seed") as up:
        up.says(READY, 180)
        with psycopg.connect(house.addresses()["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
        family = up.family()
        up.signal(signal.SIGKILL)
        up.ends()
        eventually(lambda: not any(map(alive, family)), 40, f"left over: {[p for p in family if alive(p)]}")
    with house.run("up", "--no-seed", log="second") as up:
        up.says(READY, 180)
        with psycopg.connect(house.addresses()["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (1,)


def test_a_taken_port_is_named_with_what_to_do(house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(house.environment["AEROSTIC_PORT"])))
        other.listen()
        with house.run("up", "--no-seed") as up:
            assert up.ends(60) == 1
            assert "is in use by another program. Set AEROSTIC_PORT" in up.text
            assert "Traceback" not in up.text
    # `process_iter(attrs)` gives None for the command line of a process that ends while it is looked at.
    running = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]
    assert [line for line in running if str(house.var) in " ".join(line or ())] == []
