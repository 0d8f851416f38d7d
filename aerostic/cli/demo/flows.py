"""The demo's flows: those that come ready. Some answer who writes to the shop's number; the others wait to be looked at."""

from uuid import UUID

from sqlalchemy import select

from aerostic.cli.demo.campaign import run_command
from aerostic.db import platform_scope, transaction
from aerostic.tenancy.models import TenantPlugin
from aerostic.tenancy.plugins import enable_plugin, enabled_plugins

PLUGINS = ("flows", "logic", "messages", "http")
ANSWER = ("welcome", "support_triage", "survey")
DRAFTS = ("opt_in", "cart_reminder", "appointment")


def seed_flows(slug: str, tenant_id: UUID) -> None:
    """Put them in; those that are there already stay as they are, and so does a plugin that was switched off."""
    with transaction(platform_scope("demo data")) as session:
        chosen = select(TenantPlugin.plugin).where(TenantPlugin.tenant_id == tenant_id)
        for plugin in sorted(set(PLUGINS) - set(session.scalars(chosen))):
            enable_plugin(session, tenant_id, plugin)
        on = enabled_plugins(session, tenant_id)
    if set(PLUGINS) <= on:
        for name in (*ANSWER, *DRAFTS):
            run_command("flows", "add", name, "--tenant", slug, *(["--publish"] if name in ANSWER else []))
