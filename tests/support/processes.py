"""Real processes in tests: started, watched, killed, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from aerostic.cli.services.children import Command, kill, start

ROOT = Path(__file__).parents[2]


def eventually(holds: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
    """Wait until something holds; fail with `what` when the time is over."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(what or f"{holds} did not hold within {seconds:g} s")
        time.sleep(0.05)


def alive(process: psutil.Process) -> bool:
    """Whether a process still does something; one that only waits to be noticed as dead does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Process:
    """One running program and its log."""

    def __init__(self, child: "subprocess.Popen[bytes]", log: Path) -> None:
        self.child = child
        self.log = log

    @property
    def text(self) -> str:
        """Everything it has printed so far."""
        return self.log.read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        """The processes below it."""
        found: list[psutil.Process] = psutil.Process(self.child.pid).children(recursive=True)
        return found

    def says(self, words: str, seconds: float = 30.0) -> None:
        """Wait until it has printed `words`; fail at once if it ends before."""
        eventually(
            lambda: words in self.text or self.child.poll() is not None, seconds, f"no {words!r} in:\n{self.text}"
        )
        assert words in self.text, f"ended with {self.child.returncode} before it said {words!r}:\n{self.text}"

    def signal(self, sign: signal.Signals) -> None:
        """Send it a signal, and nobody else."""
        self.child.send_signal(sign)

    def ends(self, seconds: float = 30.0) -> int:
        """Wait for its end and tell its exit status."""
        return self.child.wait(seconds)


@contextmanager
def running(
    *arguments: str, log: Path, environment: Mapping[str, str] | None = None, program: str = "-maerostic.cli"
) -> Iterator[Process]:
    """`aerostic ARGUMENTS` as a process of its own, killed with all that belongs to it at the end of the block."""
    command = Command(
        name=arguments[0],
        argv=(sys.executable, *program.split(), *arguments),
        environment={"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **(environment or {})},
        folder=ROOT,
    )
    with log.open("wb") as output:
        process = Process(start(command, output), log)
    family: list[psutil.Process] = []
    try:
        yield process
    finally:
        if process.child.poll() is None:
            family = process.family()
        kill(process.child)
        _, alive = psutil.wait_procs(family, timeout=15)
        for left in alive:
            os.kill(left.pid, signal.SIGKILL)
