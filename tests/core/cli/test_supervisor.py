"""The supervisor, over real processes."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from aerostic.cli.services.children import Command
from aerostic.cli.supervisor import Child, NotReadyError, Supervisor
from tests.support.processes import alive, eventually, running

WAIT = "import signal, sys; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()"
)
SAYS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print("ends", flush=True), sys.exit()))
print("up", flush=True)
signal.pause()
"""
PARENT = f"""
import subprocess, sys, signal
child = subprocess.Popen([sys.executable, "-c", {WAIT!r}], process_group=0)
print("child", child.pid, flush=True)
signal.pause()
"""
# A supervisor of two, as a program: it says which processes it has.
PROGRAM = f"""
import sys
from aerostic.cli.services.children import Command
from aerostic.cli.supervisor import Child, Supervisor
with Supervisor(lambda name, line: print(name, line, flush=True)) as supervisor:
    supervisor.keep([Child(Command("first", (sys.executable, "-c", {WAIT!r})))])
    supervisor.keep([Child(Command("second", (sys.executable, "-c", {PARENT!r})))])
    supervisor.watch()
print("all ended", flush=True)
"""


class Log:
    """The lines of a supervisor."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))


def python(name: str, code: str, stop_seconds: float = 5.0) -> Command:
    return Command(name, (sys.executable, "-c", code), stop_seconds=stop_seconds)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "supervise.py"
    path.write_text(PROGRAM)
    return path


def test_a_killed_child_is_started_again() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        child = Child(python("web", WAIT))
        supervisor.keep([child])
        supervisor.wait(lambda: log.lines == [("web", "up")], 10, "no start")
        assert child.run is not None
        first = child.run.process.pid
        os.kill(first, signal.SIGKILL)
        supervisor.wait(lambda: log.lines[-1:] == [("web", "up")] and len(log.lines) == 3, 10, "no second start")
        assert log.lines[1] == ("supervisor", "web was ended by SIGKILL; again in 0.5 s")
        assert child.run.process.pid != first


def test_quick_deaths_are_followed_by_longer_pauses_and_a_long_life_by_a_short_one() -> None:
    child = Child(python("web", ""))
    pauses = [child.pause(0.1) for _ in range(9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert child.pause(3600) == 0.5


def test_what_a_dead_child_left_over_is_killed_with_it() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        child = Child(python("web", PARENT), again=False)
        supervisor.keep([child])
        supervisor.wait(lambda: len(log.lines) == 2, 10, "no start")
        assert child.run is not None
        grandchild = psutil.Process(int(next(line for _, line in log.lines if line.startswith("child")).split()[1]))
        os.kill(child.run.process.pid, signal.SIGKILL)
        supervisor.wait(lambda: child.run is None, 10, "not noticed")
        eventually(lambda: not alive(grandchild), 10, "it lives on")


def test_a_child_that_ignores_the_request_to_end_is_killed_after_its_time() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        child = Child(python("stubborn", STUBBORN, stop_seconds=0.3))
        supervisor.keep([child])
        supervisor.wait(lambda: log.lines == [("stubborn", "up")], 10, "no start")
    assert log.lines[-1] == ("supervisor", "stubborn did not end in time: killed")
    assert child.run is None


def test_stages_end_in_the_reverse_order_of_their_beginning() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        supervisor.keep([Child(python("database", SAYS))])
        supervisor.keep([Child(python("web", SAYS))])
        supervisor.wait(lambda: len(log.lines) == 2, 10, "no start")
    assert log.lines[2:] == [("web", "ends"), ("database", "ends")]


def test_a_command_that_fails_shows_its_lines_and_stops_the_start() -> None:
    log = Log()
    with Supervisor(log) as supervisor, pytest.raises(NotReadyError, match="migrate failed"):
        supervisor.run(python("migrate", "print('no database'); raise SystemExit(3)"), 10)
    assert log.lines == [("migrate", "no database")]


def test_a_command_that_works_gives_back_its_lines() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        assert supervisor.run(python("seed", "print('a'); print('b', end='')"), 10) == ["a", "b"]
    assert log.lines == []


def test_a_line_without_end_is_cut_and_bytes_that_are_no_text_are_shown() -> None:
    log = Log()
    with Supervisor(log) as supervisor:
        child = Child(python("noisy", "import os; os.write(1, b'\\xff\\n' + b'x' * 100_000)"), again=False)
        supervisor.keep([child])
        supervisor.wait(lambda: child.run is None, 10, "no end")
    assert log.lines[0] == ("noisy", "\ufffd")
    assert "".join(line for _, line in log.lines[1:]) == "x" * 100_000
    assert max(len(line) for _, line in log.lines) < 100_000


def test_sigterm_ends_all(program: Path, tmp_path: Path) -> None:
    with running(str(program), log=tmp_path / "log", program="") as supervisor:
        supervisor.says("second up")
        family = supervisor.family()
        assert len(family) == 3
        supervisor.signal(signal.SIGTERM)
        assert supervisor.ends() == 0
        supervisor.says("all ended")
        assert [process.pid for process in family if alive(process)] == []


@pytest.mark.kill
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_no_child_outlives_a_killed_supervisor(program: Path, tmp_path: Path) -> None:
    with running(str(program), log=tmp_path / "log", program="") as supervisor:
        supervisor.says("second up")
        children = psutil.Process(supervisor.child.pid).children()
        assert len(children) == 2
        supervisor.signal(signal.SIGKILL)
        supervisor.ends()
        eventually(lambda: not any(map(alive, children)), 10, "a child lives on")


def test_the_log_is_complete_at_the_moment_a_command_has_ended() -> None:
    started = time.monotonic()
    with Supervisor(Log()) as supervisor:
        lines = supervisor.run(python("many", "print('\\n'.join(map(str, range(20_000))))"), 20)
    assert lines == [str(number) for number in range(20_000)]
    assert time.monotonic() - started < 10
