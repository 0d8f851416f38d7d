"""For the commands of plugins: an application to work in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

import click
from sqlalchemy import select

from aerostic.db import platform_scope, transaction
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.tenancy.plugins import view_for

P = ParamSpec("P")
T = TypeVar("T")


def in_app(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command in the context of an application; one is made where none is there."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        # Plugins are imported while the application is being made, so it can only be asked for now.
        from aerostic.cli.processes import in_application

        with in_application():
            return command(*args, **kwargs)

    return run


def tenant_named(slug: str, plugin: str) -> UUID:
    """The tenant that a plugin's command is to work for.

    Raises:
        click.ClickException: there is none of this short name, or it has the plugin off.
    """
    with transaction(platform_scope("a command for one tenant")) as session:
        tenant_id = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
        if tenant_id is None:
            raise click.ClickException(f"There is no tenant with the short name {slug!r}.")
        if plugin not in view_for(session, tenant_id).enabled:
            raise click.ClickException(f"{slug} has {plugin} off: `aerostic plugins enable {plugin} --tenant {slug}`.")
    return tenant_id


def reseller_named(slug: str) -> UUID:
    """The reseller of this short name.

    Raises:
        click.ClickException: there is none.
    """
    with transaction(platform_scope("a command for one reseller")) as session:
        reseller_id = session.scalar(select(Reseller.id).where(Reseller.slug == slug))
    if reseller_id is None:
        raise click.ClickException(f"There is no reseller with the short name {slug!r}.")
    return reseller_id
