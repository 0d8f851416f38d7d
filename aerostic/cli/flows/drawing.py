"""`aerostic flow ...`: flows of a tenant as files, published, and started."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.cli.flows.printing import print_run
from aerostic.cli.processes import in_application
from aerostic.cli.running import command_settings
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.contract import Problem
from aerostic.flows.document import Document, DocumentError
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.hooks import keeping
from aerostic.flows.models import Flow
from aerostic.flows.needs import check_here
from aerostic.flows.runs.trying import NotPublishedError, start
from aerostic.tenancy.models import Tenant

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
tenant_option = click.option("--tenant", "slug", required=True, help="The tenant's short name.")


@click.group()
def flow() -> None:
    """Flows of a tenant."""


@flow.command("list")
@tenant_option
def list_(slug: str) -> None:
    """Print id, state and name of each flow."""
    with of_tenant(slug) as (session, _tenant_id):
        for one in session.scalars(select(Flow).order_by(Flow.name, Flow.id)):
            click.echo(f"{one.id}  {'published' if one.published_id else 'draft':<9}  {one.name}")


@flow.command("import")
@click.argument("file", type=FILE)
@tenant_option
@click.option("--name", default="", help="What it is called; the file's name when left out.")
@click.option("--publish", "publishes", is_flag=True, help="Publish it at once.")
@click.option("--dry-run", is_flag=True, help="Only say what would keep it from being published here.")
def import_(file: Path, slug: str, name: str, publishes: bool, dry_run: bool) -> None:
    """Make a flow of a JSON file, and print its id."""
    try:
        document = Document.read(file.read_bytes())
    except DocumentError as error:
        raise click.ClickException("\n".join([str(error), *error.places])) from None
    with of_tenant(slug) as (session, tenant_id):
        if dry_run:
            _look(session, tenant_id, document)
            return
        made = drafts.create(session, tenant_id, name or file.stem, document)
        if publishes:
            _publish(session, made.id)
        click.echo(made.id)


@flow.command()
@click.argument("flow_id", type=click.UUID)
@tenant_option
def export(flow_id: UUID, slug: str) -> None:
    """Print a flow's draft as JSON."""
    with of_tenant(slug) as (session, _tenant_id):
        click.echo(Document.of(_found(session, flow_id).draft).text(), nl=False)


@flow.command()
@click.argument("flow_id", type=click.UUID)
@tenant_option
def publish(flow_id: UUID, slug: str) -> None:
    """Make the draft the version that runs; the exit status is 1, with the problems, where it cannot be."""
    with of_tenant(slug) as (session, _tenant_id):
        _found(session, flow_id)
        click.echo(f"version {_publish(session, flow_id)}")


@flow.command()
@click.argument("flow_id", type=click.UUID)
@tenant_option
@click.option("--contact", "contact_id", type=click.UUID, help="Whom it is about.")
@click.option("--text", default="", help="What the contact is taken to have said.")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A variable; may be repeated.")
def run(flow_id: UUID, slug: str, contact_id: UUID | None, text: str, values: tuple[str, ...]) -> None:
    """Start a published flow, and print its steps."""
    given = dict(value.partition("=")[::2] for value in values)
    with of_tenant(slug) as (session, _tenant_id):
        try:
            made = start(session, flow_id, contact_id=contact_id, values=given, text=text)
        except (LookupError, NotPublishedError) as error:
            raise click.ClickException(str(error)) from None
        print_run(session, made)


@flow.command()
@click.argument("flow_id", type=click.UUID)
@tenant_option
@click.option("--reveal", is_flag=True, help="Print the secrets, too.")
@click.option("--rotate", metavar="NODE", help="Make a new secret for a node; the one before is good for another day.")
def hooks(flow_id: UUID, slug: str, reveal: bool, rotate: str | None) -> None:
    """Print the addresses at which other systems start a flow."""
    with of_tenant(slug) as (session, _tenant_id):
        _found(session, flow_id)
        found = keeping.of_flow(session, flow_id)
        if rotate and rotate not in {hook.node for hook in found}:
            raise click.ClickException("The flow has no webhook at this node.")
        for hook in found:
            if hook.node == rotate:
                keeping.rotate(session, hook)
            secret = f"  {keeping.reveal(session, hook)}" if reveal else ""
            click.echo(f"{hook.node}  {keeping.address(command_settings().hooks_base, hook)}{secret}")


def _look(session: Session, tenant_id: UUID, document: Document) -> None:
    """Print the problems; the exit status is 1 where one blocks."""
    problems = check_here(session, tenant_id, document)
    for problem in problems:
        click.echo(_told(problem))
    if any(problem.blocks for problem in problems):
        raise click.exceptions.Exit(1)


def _publish(session: Session, flow_id: UUID) -> int:
    try:
        return drafts.publish(session, flow_id, user_id=None).number
    except NotReadyError as error:
        raise click.ClickException("\n".join([str(error), *map(_told, error.problems)])) from None


def _told(problem: Problem) -> str:
    place = ".".join(filter(None, (problem.node, problem.field)))
    return f"{place or 'flow'}: {problem.text}{f' ({problem.about})' if problem.about else ''}"


def _found(session: Session, flow_id: UUID) -> Flow:
    found = session.get(Flow, flow_id)
    if found is None:
        raise click.ClickException("There is no such flow.")
    return found


@contextmanager
def of_tenant(slug: str) -> Iterator[tuple[Session, UUID]]:
    """A transaction in the scope of a tenant, and the tenant's id."""
    with in_application():
        with transaction(platform_scope("aerostic flow")) as session:
            tenant_id = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
        if tenant_id is None:
            raise click.ClickException(f"There is no tenant {slug!r}.")
        with transaction(tenant_scope(tenant_id)) as session:
            yield session, tenant_id
