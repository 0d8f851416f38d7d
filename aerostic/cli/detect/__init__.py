"""`aerostic detect ...`."""

import click

from aerostic.cli.detect.score import score


@click.group()
def detect() -> None:
    """Watch what happens, and act on what is odd."""


@detect.command()
def run() -> None:
    """Run detection: judge observations and events, act, and write down why."""
    from aerostic.cli.processes import application
    from aerostic.detection.running import process
    from aerostic.detection.running.telling import teller

    app = application(serves=False, waits=True)
    if not process.run(app, tell=teller(app)):
        raise SystemExit(1)


detect.add_command(score)
