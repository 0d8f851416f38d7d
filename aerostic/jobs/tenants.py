"""Limits the recurring jobs of plugins to the tenants that have the plugin on."""

from dataclasses import replace
from functools import partial

import structlog

from aerostic.db import service_scope, transaction
from aerostic.registry import Schedule
from aerostic.registry.declarations import Declared
from aerostic.tenancy.plugins import tenants_with

log = structlog.get_logger(__name__)


def limited(item: Declared[Schedule]) -> Schedule:
    """The same schedule, deaf where its plugin is off."""
    return replace(item.value, function=partial(_run, item))


def _run(item: Declared[Schedule]) -> None:
    chosen = tenants_with(item.plugin)
    with transaction(service_scope("cron")) as session:
        tenants = list(session.scalars(chosen if item.value.each_tenant else chosen.limit(1)))
    if not item.value.each_tenant:
        if tenants:
            item.value.function()
        return
    for tenant_id in tenants:
        try:
            item.value.function(tenant_id)
        except Exception as error:
            log.error("recurring job failed", job=item.value.name, tenant=str(tenant_id), error=type(error).__name__)
