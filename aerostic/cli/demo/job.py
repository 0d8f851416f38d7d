"""The main job, step by step, as a person does it: import, pre-flight, launch, and wait until everything has come back."""

import threading
import time
from pathlib import Path
from uuid import UUID

from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from aerostic.cli.demo.campaign import FALLBACK, LATENCY_MS, TEMPLATE, campaigns
from aerostic.cli.demo.emulator import Emulator, Record
from aerostic.cli.demo.figures import Figures, charges, collect
from aerostic.cli.ports import Ports
from aerostic.cli.seed import CREDIT, EXAMPLE, SHOP, seed_contacts, seed_people, seed_shop
from aerostic.db import tenant_scope, transaction
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.models import Batch, ContactImport, Template
from aerostic.messaging.outbound import batches
from aerostic.registry import runtime

SETTLE_SECONDS = 60.0
TICK_SECONDS = 0.25


class DemoStoppedError(Exception):
    """The demo was ended before its time."""


def run(app: Flask, recipients: int, console: Console, stop: threading.Event) -> Figures:
    """Do the whole job on running processes.

    Args:
        stop: set to give up.

    Raises:
        DemoStoppedError: `stop` was set.
    """
    with app.app_context():
        settings = runtime().settings
        emulator = Emulator(Ports.of(settings).emulator)
        emulator.behave(mix="realistic", latency_ms=LATENCY_MS, duplicates=0.1, skip_delivered=0.05)
        tenant_id = seed_people()[SHOP]
        seed_shop(settings, tenant_id, CREDIT)
        _import(console, settings.var, tenant_id, recipients)
        console.print(f"Templates: {_templates(tenant_id)} approved; sending [bold]{TEMPLATE}[/].")
        campaign_id = campaigns(
            SHOP, "create", "--name", "Spring sale", "--template", TEMPLATE, "--variables", FALLBACK
        )
        report = campaigns(SHOP, "preflight", str(campaign_id))
        before = _balance(tenant_id)
        campaigns(SHOP, "launch", str(campaign_id))
        batch_id = _batch(tenant_id, campaign_id)
        record = _watch(console, emulator, tenant_id, batch_id, stop)
        return collect(tenant_id, batch_id, report.sendable, report.cost, before, record)


def _import(console: Console, var: Path, tenant_id: UUID, recipients: int) -> None:
    with EXAMPLE.open(encoding="utf-8") as file:
        rows = sum(1 for _ in file) - 1
    began = time.monotonic()
    import_id = seed_contacts(var, tenant_id, rows * recipients // 2_000)
    seconds = time.monotonic() - began
    with transaction(tenant_scope(tenant_id)) as session:
        job = session.get_one(ContactImport, import_id)
    console.print(
        f"Imported {EXAMPLE.name}: {job.created:,} contacts, {job.refused} rows refused with a reason, {seconds:.1f} s."
    )


def _watch(console: Console, emulator: Emulator, tenant_id: UUID, batch_id: UUID, stop: threading.Event) -> Record:
    """Show how it goes until every message has met its end here as it has there."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        accepted = shown.add_task("Accepted", total=None)
        settled = shown.add_task("Delivered, read or failed", total=None)
        deadline = None
        while not stop.wait(TICK_SECONDS):
            with transaction(tenant_scope(tenant_id)) as session:
                counts = batches.progress(session, batch_id)
            done = counts.delivered + counts.read + counts.failed
            shown.update(accepted, completed=counts.total - counts.planned - counts.sending, total=counts.total)
            shown.update(settled, completed=done, total=counts.total)
            if counts.planned or counts.sending or not emulator.idle():
                continue
            record = emulator.record()
            deadline = deadline or time.monotonic() + SETTLE_SECONDS
            if _settled(tenant_id, batch_id, counts, record) or time.monotonic() > deadline:
                return record
    raise DemoStoppedError


def _settled(tenant_id: UUID, batch_id: UUID, counts: batches.Progress, record: Record) -> bool:
    """Whether all that the emulator told has arrived: statuses, and the money that goes with them."""
    arrived = (counts.delivered, counts.read, counts.failed)
    if arrived != (record.statuses["delivered"], record.statuses["read"], record.statuses["failed"]):
        return False
    with transaction(tenant_scope(tenant_id)) as session:
        state = session.get_one(Batch, batch_id).state
        still = charges(session, batch_id).get("held", (0, 0))[0]
    return state == "finished" and still == counts.total - sum(arrived)


def _templates(tenant_id: UUID) -> int:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.scalar(select(func.count()).select_from(Template).where(Template.status == "APPROVED")) or 0


def _balance(tenant_id: UUID) -> int:
    with transaction(tenant_scope(tenant_id)) as session:
        return wallet_balance(session, tenant_id, "USD")


def _batch(tenant_id: UUID, campaign_id: UUID) -> UUID:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.scalars(select(Batch.id).where(Batch.source_id == campaign_id)).one()
