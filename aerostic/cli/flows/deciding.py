"""`aerostic flow letters | retry | cancel`: runs that did not come to their end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click

from aerostic.cli.flows.drawing import flow, of_tenant, tenant_option
from aerostic.flows.runs.dead import Wanted, dead_letters
from aerostic.flows.runs.deciding import On, RefusedError, cancel, retry, retry_many

on_option = click.option(
    "--on", type=click.Choice(["old", "new"]), default="old", help="The version it began with, or the published one."
)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which dead letters."""
    command = click.option("--flow", "flow_id", type=click.UUID, help="Of this flow alone.")(command)
    return click.option("--reason", default="", help="With this code alone.")(command)


@flow.command()
@tenant_option
@filters
@click.option("--before", type=click.UUID, help="Go on behind this run.")
def letters(slug: str, flow_id: UUID | None, reason: str, before: UUID | None) -> None:
    """Print the runs that failed, were stopped, or of which nobody knows; the newest first."""
    with of_tenant(slug) as (session, tenant_id):
        for run in dead_letters(session, tenant_id, Wanted(flow_id, reason), before=before):
            click.echo(f"{run.id}  {run.started_at:%Y-%m-%d %H:%M}  {run.state:<8} {run.reason:<16} flow {run.flow_id}")


@flow.command("retry")
@click.argument("run_id", type=click.UUID)
@tenant_option
@on_option
@click.option("--done/--not-done", "was_done", default=None, help="Where nobody knows: whether the step was done.")
def retry_(run_id: UUID, slug: str, on: On, was_done: bool | None) -> None:
    """Let a run go on from where it failed."""
    with _refusable(), of_tenant(slug) as (session, _tenant_id):
        click.echo(f"{retry(session, run_id, on=on, was_done=was_done).id} goes on")


@flow.command("retry-many")
@tenant_option
@filters
@on_option
@click.option("--most", type=click.IntRange(1, 5_000), default=500, show_default=True, help="So many at most.")
def retry_many_(slug: str, flow_id: UUID | None, reason: str, on: On, most: int) -> None:
    """Let all of them go on that the options choose, the oldest first."""
    with of_tenant(slug) as (_session, tenant_id):
        found = retry_many(tenant_id, Wanted(flow_id, reason), on=on, most=most)
    click.echo(f"{found.done} go on" + "".join(f", {count} not ({code})" for code, count in found.refused.items()))


@flow.command("cancel")
@click.argument("run_id", type=click.UUID)
@tenant_option
def cancel_(run_id: UUID, slug: str) -> None:
    """Give up a run that waits, or that failed."""
    with _refusable(), of_tenant(slug) as (session, _tenant_id):
        click.echo(f"{cancel(session, run_id).id} is given up")


@contextmanager
def _refusable() -> Iterator[None]:
    try:
        yield
    except LookupError:
        raise click.ClickException("There is no such run.") from None
    except RefusedError as error:
        raise click.ClickException(str(error)) from None
