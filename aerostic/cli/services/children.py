"""Child processes that end with us: what is run, how it is stopped, and the kernel's promise that it never outlives us."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Command:
    """A process to run.

    Args:
        name: stands before its lines in the log.
        argv: program and arguments. No secret may stand here: every user of the machine can read it.
        environment: variables on top of ours.
        folder: where it runs; None for where we are.
        user: the numeric id of the user and the group it runs as; None for ours.
        stop_signal: asks it to end; also sent by the kernel (Linux) when we die without a word.
        stop_seconds: how long it may take to end before it is killed.
    """

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0


def start(command: Command, output: int | IO[bytes]) -> "subprocess.Popen[bytes]":
    """Run a command in a session of its own, so that Ctrl-C reaches us alone and we decide the order of stopping.

    Call it from the main thread: the kernel's promise is tied to the thread that starts the child.
    """
    user, group = command.user or (None, None)
    return subprocess.Popen(
        command.argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, **command.environment},
        cwd=command.folder,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        start_new_session=True,
        preexec_fn=_end_with(os.getpid(), command.stop_signal),
    )


def stop(child: "subprocess.Popen[bytes]", command: Command) -> None:
    """Ask a child to end, wait for its time limit, then kill what is left of its session."""
    if child.poll() is None:
        child.send_signal(command.stop_signal)
        try:
            child.wait(command.stop_seconds)
        except subprocess.TimeoutExpired:
            kill(child)


def kill(child: "subprocess.Popen[bytes]") -> None:
    """End a child and everything in its session at once."""
    for pid in (child.pid, *_session(child.pid)):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == child.pid:
                os.kill(pid, signal.SIGKILL)
    child.wait()


def _session(leader: int) -> list[int]:
    """The processes of a session. A group will not do: a worker of jobs gives each job a group of its own."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found


def free_port(wanted: int = 0) -> int:
    """A free TCP port on the loopback address: the wanted one if nobody listens there."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def _end_with(parent: int, death: signal.Signals) -> Callable[[], None] | None:
    libc = LIBC
    if libc is None:
        return None

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, death)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_kernel
