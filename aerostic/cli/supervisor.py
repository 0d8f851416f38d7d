"""One terminal for all processes: starts them in stages, merges their output, restarts what dies, stops in order.

Single-threaded on purpose: the kernel ends children with the thread that started them (see `services/children.py`).
"""

import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from subprocess import PIPE, Popen
from types import FrameType
from typing import Self

from aerostic.cli.output import Output
from aerostic.cli.services.children import Command, kill, start

Writer = Callable[[str, str], None]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_SECONDS = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 20.0


class StoppedError(Exception):
    """The person at the terminal, or the system, asked us to end."""


class NotReadyError(Exception):
    """Something that was waited for did not come about in time."""


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Run:
    """One life of a child."""

    process: "Popen[bytes]"
    output: Output
    started: float


@dataclass(slots=True)
class Child:
    """A command that is to be kept running.

    Args:
        command: what runs.
        prepare: called before every start.
        again: whether it is started again after its end.
    """

    command: Command
    prepare: Callable[[], None] = _nothing
    again: bool = True
    run: Run | None = None
    status: int = 0
    failures: int = 0
    due: float | None = None

    def pause(self, lived: float) -> float:
        """Seconds until the next start after a life of `lived` seconds: longer after each quick death."""
        self.failures = 0 if lived > STEADY_SECONDS else self.failures + 1
        doublings = min(max(0, self.failures - 1), 10)
        return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))


class Supervisor:
    """Owns child processes for the length of a `with` block.

    Args:
        write: takes the name of a process and one line it printed.
    """

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._stages: list[list[Child]] = []
        self._selector = selectors.DefaultSelector()
        self._asked = 0

    def __enter__(self) -> Self:
        self._handlers = {sign: signal.signal(sign, self._ask) for sign in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._asked += 1
        for stage in reversed(self._stages):
            self._end(stage)
        self._selector.close()
        for sign, handler in self._handlers.items():
            signal.signal(sign, handler)

    def keep(self, children: Sequence[Child]) -> None:
        """Start children as one stage and keep them running. Stages end in the reverse order of their beginning."""
        self._stages.append(list(children))
        for child in children:
            self._start(child)

    def run(self, command: Command, seconds: float) -> list[str]:
        """Run a command to its end and give back the lines it printed.

        Raises:
            NotReadyError: it failed, or took longer than `seconds`; its lines have been written to the log.
            StoppedError: we were asked to end.
        """
        lines: list[str] = []
        write, self._write = self._write, lambda _, line: lines.append(line)
        child = Child(command, again=False)
        self.keep([child])
        try:
            self.wait(lambda: child.run is None, seconds, f"{command.name} did not end within {seconds:g} s")
        finally:
            self._end([child])
            self._stages.remove([child])
            self._write = write
        if child.status:
            for line in lines:
                self._write(command.name, line)
            raise NotReadyError(f"{command.name} failed: its lines above say why")
        return lines

    def wait(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        """Watch over the children until something holds.

        Raises:
            NotReadyError: with `what`, after `seconds`.
            StoppedError: we were asked to end.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            if self._asked:
                raise StoppedError
            if time.monotonic() > deadline:
                raise NotReadyError(what)
            self._tick()

    def watch(self) -> None:
        """Watch over the children until we are asked to end."""
        while not self._asked:
            self._tick()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1

    def _tick(self) -> None:
        self._read()
        now = time.monotonic()
        everyone = [child for stage in self._stages for child in stage]
        for child, run in _alive(everyone):
            if run.process.poll() is not None:
                self._reap(child, run)
        for child in everyone:
            if child.due is not None and child.due <= now:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.due = None
        child.prepare()
        process = start(child.command, PIPE)
        if process.stdout is None:
            raise ValueError("a child's output has to be a pipe")
        child.run = Run(process, Output(process.stdout), time.monotonic())
        self._selector.register(child.run.output, selectors.EVENT_READ, child)

    def _reap(self, child: Child, run: Run) -> None:
        """Note a child's end; what its own children left over is killed, or it would hold ports and locks."""
        kill(run.process)
        self._print(child, run)
        if not run.output.ended:
            self._selector.unregister(run.output)
            run.output.close()
        child.run = None
        child.status = run.process.returncode
        if child.again and not self._asked:
            now = time.monotonic()
            pause = child.pause(now - run.started)
            child.due = now + pause
            self._write("supervisor", f"{child.command.name} {_ending(child.status)}; again in {pause:g} s")

    def _read(self) -> None:
        for key, _ in self._selector.select(TICK_SECONDS):
            child: Child = key.data
            if child.run:
                self._print(child, child.run)

    def _print(self, child: Child, run: Run) -> None:
        if run.output.ended:
            return
        number = run.output.fileno()
        for line in run.output.lines():
            self._write(child.command.name, line)
        if run.output.ended:
            self._selector.unregister(number)

    def _end(self, children: Sequence[Child]) -> None:
        """Ask all of them at once, give each its time, then kill; another request to end kills at once."""
        patience = self._asked
        for child, run in _alive(children):
            run.process.send_signal(child.command.stop_signal)
        asked = time.monotonic()
        while alive := list(_alive(children)):
            self._read()
            for child, run in alive:
                if time.monotonic() - asked > child.command.stop_seconds or self._asked > patience:
                    self._write("supervisor", f"{child.command.name} did not end in time: killed")
                    kill(run.process)
                if run.process.poll() is not None:
                    self._reap(child, run)


def _alive(children: Sequence[Child]) -> Iterator[tuple[Child, Run]]:
    for child in children:
        if child.run:
            yield child, child.run


def _ending(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
