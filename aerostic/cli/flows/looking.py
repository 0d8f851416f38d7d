"""`aerostic flow trace | replay`: what a run did, and what it would have done."""

from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.cli.flows.drawing import flow, of_tenant, tenant_option
from aerostic.cli.flows.printing import print_paths, print_run
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.models import Flow, FlowRun, FlowVersion
from aerostic.flows.plan import KindError
from aerostic.flows.runs.comparing import compare
from aerostic.flows.runs.replaying import GoneError, replay


@flow.command()
@click.argument("run_id", type=click.UUID)
@tenant_option
@click.option(
    "--reveal", default="", metavar="REASON", help="Print personal data, too; the reason is kept in the audit log."
)
def trace(run_id: UUID, slug: str, reveal: str) -> None:
    """Print the steps of a run."""
    with of_tenant(slug) as (session, tenant_id):
        found = _found(session, run_id)
        print_run(session, found, revealed=bool(reveal))
        if reveal:
            whom = f"contact:{found.contact_id}" if found.contact_id else f"flow_run:{found.id}"
            record_sealed(session, Act(tenant_id, "contact.revealed", whom, reason=reveal))


@flow.command("replay")
@click.argument("run_id", type=click.UUID)
@tenant_option
@click.option("--version", "number", type=int, help="Along this version; the run's own when left out.")
@click.option("--draft", is_flag=True, help="Along the draft as it is now.")
@click.option("--from", "step", type=int, default=1, show_default=True, help="Begin with this step of the run.")
def replay_(run_id: UUID, slug: str, number: int | None, draft: bool, step: int) -> None:
    """Run a run again without changing anything, and print both paths side by side."""
    with of_tenant(slug) as (session, tenant_id):
        run = _found(session, run_id)
        version_id = _version(session, run, number) if number else None
        document = Document.of(session.get_one(Flow, run.flow_id).draft) if draft else None
        try:
            found = replay(tenant_id, run_id, version_id=version_id, document=document, from_step=step)
        except (GoneError, NotReadyError) as error:
            raise click.ClickException(str(error)) from None
        except KindError as error:
            raise click.ClickException(f"The plugin of {error.kind!r} is off. Switch it on, then try again.") from None
    print_paths(compare(found.recorded, found.steps), found.assumed)
    click.echo(f"{found.ending}{f': {found.reason[1]}' if found.reason[0] else ''}")


def _version(session: Session, run: FlowRun, number: int) -> UUID:
    own = (FlowVersion.flow_id == run.flow_id, FlowVersion.number == number)
    found = session.scalar(select(FlowVersion.id).where(*own))
    if found is None:
        raise click.ClickException(f"The flow has no version {number}.")
    return found


def _found(session: Session, run_id: UUID) -> FlowRun:
    found = session.get(FlowRun, run_id)
    if found is None:
        raise click.ClickException("There is no such run.")
    return found
