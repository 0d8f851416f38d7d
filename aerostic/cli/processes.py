"""The processes, one command each: `aerostic up` starts them all, an operator's own supervisor one by one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import has_app_context

from aerostic.cli.ports import Ports
from aerostic.cli.running import command_settings

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parents[2]


def application(*, serves: bool = True, waits: bool = False) -> "Flask":
    """The application of a process, its log masked; refused to a database role that sees past row-level security.

    Args:
        serves: whether the process answers requests.
        waits: whether it starts while the database is away, too; then it has to ask for the role itself, once it is back.
    """
    from sqlalchemy.exc import OperationalError

    from aerostic.app import create_app
    from aerostic.db import db
    from aerostic.db.engine import check_role
    from aerostic.security.logs import configure

    settings = command_settings()
    configure(settings)
    app = create_app(settings, serves=serves)
    with app.app_context():
        try:
            check_role(db.engine)
        except OperationalError:
            if not waits:
                raise
    return app


@contextmanager
def in_application() -> Iterator[None]:
    """The context of an application, for a command that serves nothing; the one that is there already, where one is."""
    if has_app_context():
        yield
        return
    with application(serves=False).app_context():
        yield


@click.command()
def front() -> None:
    """Run the front door: one address and port for every host."""
    from aerostic.cli.front import serve

    asyncio.run(serve(command_settings()))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; the one after the front door's when left out.")
@click.option("--workers", default=1, show_default=True, help="Number of processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each.")
def web(host: str, port: int | None, workers: int, threads: int) -> None:
    """Run the pages and the API."""
    _serve("wsgi:app", host, port or Ports.of(command_settings()).web, workers, threads)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; the second after the front door's when left out.")
@click.option("--workers", default=1, show_default=True, help="Number of processes.")
def hooks(host: str, port: int | None, workers: int) -> None:
    """Run the intake of webhooks: check, append to the stream, answer; and start the flows that other systems call."""
    target = "aerostic.web.incoming.server:create_incoming"
    _serve(target, host, port or Ports.of(command_settings()).hooks, workers)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; the fourth after the front door's when left out.")
def live(host: str, port: int | None) -> None:
    """Run the live updates of open pages: one stream a browser tab."""
    from aerostic.web.live.server import serve

    asyncio.run(serve(application(), host, port or Ports.of(command_settings()).live))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8810, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Number of processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each.")
def ml(host: str, port: int, workers: int, threads: int) -> None:
    """Run the machine-learning service: scores and training for who has AEROSTIC_ML_URL lead here."""
    if not command_settings().ml_token.get_secret_value():
        raise click.ClickException("AEROSTIC_ML_TOKEN is not set: give it 32 random characters, the same to who asks.")
    _serve("wsgi:ml", host, port, workers, threads)


@click.command()
@click.option("--queues", required=True, help="Names of queues, separated by commas, the most urgent first.")
def worker(queues: str) -> None:
    """Run a worker of the named queues."""
    from aerostic.jobs.worker import run

    run(application(serves=False), queues.split(","))


@click.command()
def stream() -> None:
    """Run the relay of the outbox and the consumers of webhooks and events."""
    from aerostic.cli.streaming import loops
    from aerostic.streams.process import run
    from aerostic.web.handlers import event_handlers

    app = application(serves=False)
    if not run(app, event_handlers(app.extensions["aerostic"].registry), loops(app)):
        raise SystemExit(1)


@click.command()
def cron() -> None:
    """Run the clock that starts recurring jobs."""
    from aerostic.jobs.cron import run

    run(application(serves=False))


@click.command()
def seed() -> None:
    """Put the demo's data into the database; what is there already stays. Prints the logins."""
    from aerostic.cli.seed import seed_demo

    for line in seed_demo(application(serves=False)):
        click.echo(line)


def _serve(target: str, host: str, port: int, workers: int, threads: int | None = None) -> None:
    """A server of a WSGI application with so many threads; or, where they are left out, of what makes an ASGI application."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from aerostic.security.logs import configure, server_config

    settings = command_settings()
    configure(settings)

    server = Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI if threads is None else Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=threads is None,
        working_dir=ROOT,
        log_dictconfig=server_config(settings),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve()
