"""The `emulator` command."""

import asyncio
import contextlib
import gc
import json
import signal
from pathlib import Path

import click

from .config import Config
from .server import Emulator

YOUNG = (20_000, 50, 1_000)


@click.command("emulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8099, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Scenario file (JSON).")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file to append the record to.")
def emulator(host: str, port: int, scenario: Path | None, record: Path | None) -> None:
    """Run a stand-in for WhatsApp's Cloud API; it says `ready URL` when it listens."""
    wanted = json.loads(scenario.read_text()) if scenario else {}
    served = Emulator(Config(), wanted, record)
    factory = None
    with contextlib.suppress(ImportError):
        import uvloop

        factory = uvloop.new_event_loop
    # The record keeps every message: looking through all of them for garbage would stall the clock that paces are read off.
    gc.freeze()
    gc.set_threshold(*YOUNG)
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(served, host, port))


async def _serve(served: Emulator, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with served.serve(host, port) as base_url:
        click.echo(f"ready {base_url}")
        await stop.wait()
