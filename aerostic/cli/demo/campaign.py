"""The demo's campaign, through the same commands that a person has: the core knows no campaigns of its own."""

from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from aerostic.cli.demo.emulator import Emulator
from aerostic.cli.ports import Ports
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Batch
from aerostic.registry import runtime

TEMPLATE = "spring_sale"
FALLBACK = '{"body.0": {"source": "name", "fallback": "there"}}'
LATENCY_MS = [50, 150]
# A fifth above what the reseller pays, and at least half a cent where something is asked.
PRICES = "market,category,price,percent,fixed,floor\n*,*,,20,,0.005\n"


def campaigns(slug: str, command: str, *arguments: str) -> Any:
    """`aerostic campaigns ...` for a tenant, in this process."""
    return run_command("campaigns", command, "--tenant", slug, *arguments)


def seed_campaign(slug: str, tenant_id: UUID, reseller: str, var: Path) -> None:
    """A first campaign to everybody, at prices of its reseller's own, so that all pages of the demo tell something; once."""
    with transaction(tenant_scope(tenant_id)) as session:
        if session.scalars(select(Batch.id).limit(1)).first():
            return
    book = var / "prices.csv"
    book.write_text(PRICES, encoding="utf-8")
    run_command("pricing", "import", "--reseller", reseller, "--clients", "--note", "Prices of the demo", str(book))
    emulator = Emulator(Ports.of(runtime().settings).emulator)
    emulator.behave(mix="realistic", latency_ms=LATENCY_MS)
    created = ("--name", "Welcome offer", "--template", TEMPLATE, "--variables", FALLBACK)
    campaigns(slug, "launch", str(campaigns(slug, "create", *created)))


def run_command(plugin: str, *arguments: str) -> Any:
    """A command of a plugin's, in this process."""
    commands = runtime().registry.declared("register_commands")
    group: click.Command = next(item.value for item in commands if item.value.name == plugin)
    return group.main(list(arguments), standalone_mode=False)
