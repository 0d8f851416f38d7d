"""Running an emulator beside a test: in a thread of its own, or as a process."""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from .server import Emulator


@contextlib.contextmanager
def in_thread(emulator: Emulator | None = None, port: int = 0) -> Iterator[str]:
    """Serve in a thread while the block runs and yield the base URL."""
    started: threading.Event = threading.Event()
    url: list[str] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            async with (emulator or Emulator()).serve(port=port) as base_url:
                url.append(base_url)
                started.set()
                await stop.wait()
        finally:
            started.set()

    def run() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(serve())

    thread = threading.Thread(target=run, name="emulator", daemon=True)
    thread.start()
    started.wait()
    if not url:
        raise RuntimeError("the emulator did not start")
    try:
        yield url[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@contextlib.contextmanager
def in_process(*options: str) -> Iterator[str]:
    """Run `python -m aerostic_emulator` with these options while the block runs and yield the base URL."""
    command = [sys.executable, "-m", "aerostic_emulator", "--port", "0", *options]
    paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            line = process.stdout.readline()
            if not line.startswith("ready "):
                raise RuntimeError("the emulator did not start")
            yield line.removeprefix("ready ").strip()
        finally:
            process.terminate()
