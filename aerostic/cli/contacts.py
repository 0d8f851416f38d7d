"""`aerostic contacts ...`: importing a file for one tenant, and the file of rows that were refused."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson
from pydantic import ValidationError
from sqlalchemy import func, select

from aerostic.cli.processes import in_application
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.messaging.imports.error_file import error_file
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.running import run, start
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import ContactImport, ImportVerdict
from aerostic.tenancy.models import Tenant

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def contacts() -> None:
    """Contacts of a tenant."""


@contacts.command("import")
@click.argument("file", type=FILE)
@click.option("--tenant", required=True, help="The tenant's short name.")
@click.option("--region", default="", help="Country of numbers without a country code, such as DE.")
@click.option("--tag", "tags", multiple=True, help="Given to every contact; may be repeated.")
@click.option("--column", "columns", multiple=True, metavar="HEADER=TARGET", help="What a column is; may be repeated.")
@click.option("--consent-source", default="", help="Everybody in the file agreed to marketing: where.")
@click.option("--consent-at", type=click.DateTime(), help="When they agreed (UTC).")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows here.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def import_(
    file: Path,
    tenant: str,
    region: str,
    tags: tuple[str, ...],
    columns: tuple[str, ...],
    consent_source: str,
    consent_at: datetime | None,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Import a CSV file of contacts. The exit status is 1 when the whole file was refused."""
    options = _options(region, tags, columns, consent_source, consent_at)
    with in_application():
        report = _run(file, tenant, options, errors)
    click.echo(orjson.dumps(report) if as_json else _described(report))
    if report["state"] != "finished":
        raise SystemExit(1)


def _options(
    region: str, tags: tuple[str, ...], columns: tuple[str, ...], source: str, given_at: datetime | None
) -> ImportOptions:
    if bool(source) != bool(given_at):
        raise click.UsageError("Consent needs both --consent-source and --consent-at.")
    if any("=" not in column for column in columns):
        raise click.UsageError("Write --column as HEADER=TARGET, for example --column Celular=phone.")
    declared = {"source": source, "given_at": f"{given_at:%Y-%m-%dT%H:%M:%S}Z"} if given_at else None
    mapping = dict(column.rpartition("=")[::2] for column in columns)
    try:
        return ImportOptions.model_validate(
            {"region": region.upper(), "tags": tags, "mapping": mapping, "consent": declared}
        )
    except ValidationError as error:
        raise click.UsageError("; ".join(problem["msg"] for problem in error.errors())) from None


def _run(file: Path, slug: str, options: ImportOptions, errors: Path | None) -> dict[str, Any]:
    with transaction(platform_scope("aerostic contacts import")) as session:
        tenant_id = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if tenant_id is None:
        raise click.UsageError(f"There is no tenant {slug!r}.")
    with transaction(tenant_scope(tenant_id)) as session:
        import_id = start(session, tenant_id, file.name, file, options).id
    run(import_id, tenant_id)
    report = _report(tenant_id, import_id)
    if errors and report["refused"]:
        with errors.open("wb") as target:
            target.writelines(error_file(import_id, tenant_id))
    return report


def _report(tenant_id: UUID, import_id: UUID) -> dict[str, Any]:
    number = func.count()
    tally = select(ImportVerdict.verdict, number).where(ImportVerdict.import_id == import_id)
    with transaction(tenant_scope(tenant_id)) as session:
        job = session.get_one(ContactImport, import_id)
        found = session.execute(tally.group_by(ImportVerdict.verdict).order_by(number.desc(), ImportVerdict.verdict))
        return {
            "import_id": str(import_id),
            "state": job.state,
            "reason": job.reason,
            "notices": job.layout.get("notices", []),
            "rows": job.rows_done,
            "created": job.created,
            "updated": job.updated,
            "refused": job.refused,
            "verdicts": {row.verdict: row[1] for row in found},
        }


def _described(report: dict[str, Any]) -> str:
    if report["state"] != "finished":
        return f"Refused: {report['reason']}"
    lines = [
        f"{report['rows']:,} rows: {report['created']:,} new, {report['updated']:,} known, {report['refused']:,} refused"
    ]
    lines += [f"  {number:>7,}  {ROWS[code]}" for code, number in report["verdicts"].items()]
    return "\n".join([*report["notices"], *lines])
