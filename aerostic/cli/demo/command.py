"""The command."""

import json
import os
import sys
import threading
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click
from flask import Flask
from rich.console import Console

from aerostic.cli.demo import house
from aerostic.cli.demo.figures import Figures
from aerostic.cli.demo.job import run
from aerostic.cli.demo.tables import figures_table, result_json
from aerostic.cli.running import AlreadyRunningError
from aerostic.cli.supervisor import NotReadyError, StoppedError

FEWEST, MOST = 50, 2_000
INTERRUPTED = 130


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object, and nothing else.")
@click.option(
    "--recipients", default=MOST, show_default=True, type=click.IntRange(FEWEST, MOST), help="About how many."
)
def demo(as_json: bool, recipients: int) -> None:
    """Import a CSV, launch a campaign through the emulator, and reconcile every figure with the emulator's own record.

    Ends with 0 only if all of them agree. Your own installation is not touched: it runs in var/demo, anew each time.
    """
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        figures = _figures(recipients)
        Console().print(figures_table(figures))
    if as_json:
        click.echo(json.dumps(result_json(figures)))
    raise SystemExit(0 if figures.reconciled else 1)


def _figures(recipients: int) -> Figures:
    folder = Path(os.environ.get("AEROSTIC_VAR", "var")) / "demo"
    console = Console()

    def job(app: Flask, stop: threading.Event) -> Figures:
        return run(app, recipients, console, stop)

    try:
        with house.fresh(folder) as settings, (folder / "log").open("w") as log:
            console.print("Starting PostgreSQL, Valkey and every process in", str(folder))
            return house.work(settings, lambda name, line: print(name, line, sep="\t", file=log, flush=True), job)
    except (AlreadyRunningError, NotReadyError) as error:
        raise click.ClickException(f"{error} What the processes said is in {folder / 'log'}.") from error
    except StoppedError:
        raise SystemExit(INTERRUPTED) from None
