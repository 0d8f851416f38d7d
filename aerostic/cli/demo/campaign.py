"""The demo's campaign, through the same commands that a person has: the core knows no campaigns of its own."""

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


def campaigns(slug: str, command: str, *arguments: str) -> Any:
    """`aerostic campaigns ...` for a tenant, in this process."""
    commands = runtime().registry.declared("register_commands")
    group: click.Command = next(item.value for item in commands if item.value.name == "campaigns")
    return group.main([command, "--tenant", slug, *arguments], standalone_mode=False)


def seed_campaign(slug: str, tenant_id: UUID) -> None:
    """A first campaign to everybody, so that the pages of the demo have something to tell; once."""
    with transaction(tenant_scope(tenant_id)) as session:
        if session.scalars(select(Batch.id).limit(1)).first():
            return
    emulator = Emulator(Ports.of(runtime().settings).emulator)
    emulator.behave(mix="realistic", latency_ms=LATENCY_MS)
    created = ("--name", "Welcome offer", "--template", TEMPLATE, "--variables", FALLBACK)
    campaigns(slug, "launch", str(campaigns(slug, "create", *created)))
