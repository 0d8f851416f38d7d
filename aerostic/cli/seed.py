"""The demo's data: a platform admin, a reseller, its workspaces and one of the platform's own with people, contacts, credit.

Everything goes through the functions that pages and API use, and is done once: a second run adds only what is missing.
"""

from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.credits.acts import ask
from aerostic.billing.credits.contract import Act, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.billing.credits.wallets import set_limit
from aerostic.cli.demo.brand import seed_brand
from aerostic.cli.demo.campaign import seed_campaign
from aerostic.cli.demo.flows import PLUGINS as FLOW_PLUGINS
from aerostic.cli.demo.flows import seed_flows
from aerostic.cli.ports import Ports, local_url
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.identity.models import User
from aerostic.identity.people import create_user, find_user
from aerostic.messaging.connecting import Connection, connect
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.imports import running
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.models import ContactImport
from aerostic.registry import runtime
from aerostic.settings import Settings
from aerostic.tenancy.models import ROLES, Member, Reseller, Tenant
from aerostic.tenancy.plugins import enable_plugin

EXAMPLE = Path(__file__).parents[2] / "examples" / "contacts.csv"
SEED = platform_scope("demo data")
PASSWORD = "lantern-river-demo"  # noqa: S105 - shown to everybody who starts the demo
CONTACTS = 500
CREDIT = 500_000_000
LIMIT = 250_000_000
CURRENCY = "USD"
TENANTS = (
    ("maple", "Maple Street Shop", "Europe/Berlin", "DE"),
    ("riverside", "Riverside Clinic", "America/Sao_Paulo", "BR"),
)
# Buys from the platform itself, so that a top-up can be tried.
DIRECT = (("harbour", "Harbour School", "Europe/London", "GB"),)
RESELLER = "northwind"
SHOP = "maple"
# The world that the emulator starts with.
CREDENTIALS = {
    "token": "EAAEMULATOR",
    "app_secret": "emulator-app-secret",
    "verify_token": "emulator-verify-token",
}
ACCOUNT = "200000000000001"


class SeedRefusedError(click.ClickException):
    """The demo's data cannot be put in here; says why."""


def seed_demo(app: Flask) -> list[str]:
    """Put the demo's data in. The emulator has to answer on its port.

    Returns:
        Whom to log in as, a line each.

    Raises:
        SeedRefusedError: the platform is served under another domain than localhost, or the emulator does not answer.
    """
    with app.app_context():
        settings = runtime().settings
        if settings.domain != "localhost":
            raise SeedRefusedError("The demo's passwords are public: they are put in under the domain localhost only.")
        people = seed_people()
        seed_shop(settings, people[SHOP], CREDIT)
        seed_contacts(settings.var, people[SHOP], CONTACTS)
        seed_campaign(SHOP, people[SHOP], RESELLER, settings.var)
        seed_flows(SHOP, people[SHOP])
    return logins()


def seed_people() -> dict[str, UUID]:
    """The platform's admin, the reseller, and the tenants with their members. Returns the tenants by short name."""
    with transaction(SEED) as session:
        reseller_id = _reseller(session, RESELLER, "Northwind Messaging")
        seed_brand(session, reseller_id)
        _user(session, "platform@aerostic.example", "Platform Admin", staff="platform")
        _user(session, "reseller@northwind.example", "Northwind Staff", staff="reseller", reseller_id=reseller_id)
        for slug, *values in DIRECT:
            _tenant(session, None, slug, *values)
        return {slug: _tenant(session, reseller_id, slug, *values) for slug, *values in TENANTS}


def seed_shop(settings: Settings, tenant_id: UUID, amount: int) -> UUID:
    """The shop's account at the emulator, with numbers and templates, and so many micro-credits. Returns the account's id.

    Raises:
        SeedRefusedError: the emulator does not answer as it should.
    """
    ports = Ports.of(settings)
    connection = Connection(
        "whatsapp", "Maple Street Shop", ACCOUNT, CREDENTIALS, {"base_url": local_url(ports.emulator)}
    )
    try:
        account_id = connect(tenant_id, connection, local_url(ports.hooks))
    except ChannelError as error:
        raise SeedRefusedError(f"The demo's account could not be connected to the emulator: {error}") from error
    seed_credits(tenant_id, amount)
    return account_id


def seed_credits(tenant_id: UUID, amount: int) -> None:
    """So many micro-credits for a workspace, from its reseller, which buys twice as many and asks for more than it may give."""
    with transaction(SEED) as session:
        tenant = session.get_one(Tenant, tenant_id)
        reseller_id = session.get_one(Reseller, tenant.reseller_id).id
        staff = session.scalar(select(User.id).where(User.reseller_id == reseller_id))
        chief = session.scalar(select(User.id).where(User.staff == "platform"))
        bought, given, wanted = (uuid5(tenant_id, name) for name in ("bought", "given", "wanted"))
        if session.get(CreditRequest, wanted):
            return
        platform, own, shop = Person(chief, "platform"), Person(staff, "reseller"), (reseller_id, tenant_id)
        ask(session, Act(bought, "sale", 2 * amount, CURRENCY, "payment", "Invoice 1", reseller_id), platform)
        ask(session, Act(given, "allocation", amount, CURRENCY, "payment", "Credit of the demo", *shop), own)
        set_limit(session, reseller_id, CURRENCY, LIMIT)
        session.get_one(Reseller, reseller_id).approval_above = amount
        ask(session, Act(wanted, "allocation", amount + amount // 2, CURRENCY, "allowance", "Autumn", *shop), own)


def seed_contacts(var: Path, tenant_id: UUID, count: int) -> UUID:
    """The first so many rows of the example, imported once. Returns the import's id."""
    name = f"contacts-{count}.csv"
    with transaction(tenant_scope(tenant_id)) as session:
        known = session.scalar(select(ContactImport.id).where(ContactImport.name == name))
        if known is None:
            part = var / name
            with EXAMPLE.open(encoding="utf-8") as whole:
                part.write_text("".join(islice(whole, count + 1)), encoding="utf-8")
            known = running.start(session, tenant_id, name, part, ImportOptions()).id
    running.run(known, tenant_id)
    return known


def logins() -> list[str]:
    """Whom to log in as."""
    return [
        f"Password of all: {PASSWORD}",
        "Platform  platform@aerostic.example",
        "Reseller  reseller@northwind.example",
        *(f"{name}  {', '.join(_address(role, slug) for role in ROLES)}" for slug, name, *_ in (*TENANTS, *DIRECT)),
    ]


def _address(role: str, slug: str) -> str:
    return f"{role}@{slug}.example"


def _reseller(session: Session, slug: str, name: str) -> UUID:
    found = session.scalar(select(Reseller).where(Reseller.slug == slug))
    if found is None:
        found = Reseller(slug=slug, name=name)
        session.add(found)
        session.flush()
    return found.id


def _tenant(session: Session, reseller_id: UUID | None, slug: str, name: str, zone: str, country: str) -> UUID:
    found = session.scalar(select(Tenant).where(Tenant.slug == slug))
    if found is None:
        found = Tenant(slug=slug, name=name, zone=zone, country=country, reseller_id=reseller_id)
        session.add(found)
        session.flush()
        for plugin in ("campaigns", *FLOW_PLUGINS):
            enable_plugin(session, found.id, plugin)
        for role in ROLES:
            user_id = _user(session, _address(role, slug), f"{name} {role.title()}", zone=zone)
            session.add(Member(tenant_id=found.id, user_id=user_id, role=role))
    return found.id


def _user(session: Session, email: str, name: str, **values: object) -> UUID:
    found = find_user(session, email) or create_user(session, email=email, name=name, password=PASSWORD, **values)
    return found.id
