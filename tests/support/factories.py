"""Rows for tests: each function makes one thing with what it needs around it, and returns it."""

import itertools
from typing import Any
from uuid import UUID

from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Contact, Lane, Template
from aerostic.security.vault import blind_index
from aerostic.tenancy.models import Member, Reseller, Tenant, TenantPlugin

_count = itertools.count(1)
TESTS = platform_scope("tests")
ANN, PASSWORD = "ann@shop.example", "correct horse battery"


def make_reseller(**values: Any) -> Reseller:
    """A reseller."""
    number = next(_count)
    with transaction(TESTS) as session:
        reseller = Reseller(**{"name": f"Reseller {number}", "slug": f"reseller-{new_id()}", **values})
        session.add(reseller)
    return reseller


def make_tenant(*, plugins: tuple[str, ...] = ("whatsapp", "campaigns", "pricing"), **values: Any) -> Tenant:
    """A tenant with these plugins on."""
    number = next(_count)
    with transaction(TESTS) as session:
        tenant = Tenant(**{"name": f"Shop {number}", "slug": f"shop-{new_id()}", "country": "US", **values})
        session.add(tenant)
        session.flush()
        session.add_all(TenantPlugin(tenant_id=tenant.id, plugin=name) for name in plugins)
    return tenant


def make_person(
    tenant_id: UUID | None,
    *,
    email: str = ANN,
    name: str = "Ann",
    role: str = "owner",
    password: str = PASSWORD,
    **values: Any,
) -> User:
    """Somebody with a password, and with a role in a workspace where one is given."""
    with transaction(TESTS) as session:
        user = create_user(session, email=email, name=name, password=password, **values)
        if tenant_id:
            session.add(Member(tenant_id=tenant_id, user_id=user.id, role=role))
    return user


def make_account(tenant_id: UUID, **values: Any) -> ChannelAccount:
    """An account with the provider."""
    number = next(_count)
    defaults = {
        "channel": "whatsapp",
        "name": "Main",
        "external_id": f"waba-{new_id()}",
        "endpoint": f"endpoint-{new_id()}",
        "credentials": {"token": f"token-{number}", "app_secret": "app-secret", "verify_token": "verify"},
    }
    with transaction(tenant_scope(tenant_id)) as session:
        account = ChannelAccount(tenant_id=tenant_id, **{**defaults, **values})
        session.add(account)
    return account


def make_number(tenant_id: UUID, account: ChannelAccount | None = None, **values: Any) -> ChannelNumber:
    """A sending number with its lane."""
    account = account or make_account(tenant_id)
    defaults = {"external_id": f"phone-{new_id()}", "display": "+1 555 010 0000"}
    with transaction(tenant_scope(tenant_id)) as session:
        number = ChannelNumber(tenant_id=tenant_id, account_id=account.id, **{**defaults, **values})
        session.add(number)
        session.flush()
        session.add(Lane(tenant_id=tenant_id, number_id=number.id))
    return number


def make_contact(tenant_id: UUID, phone: str | None = None, **values: Any) -> Contact:
    """A contact who agreed to marketing."""
    phone = phone or f"+1650{next(_count):07d}"
    defaults = {"name": "Ada", "country": "US", "marketing": "granted", "phone": phone}
    with transaction(tenant_scope(tenant_id)) as session:
        contact = Contact(tenant_id=tenant_id, **{**defaults, **values})
        contact.phone_index = blind_index(tenant_id, "contact.phone", phone)
        session.add(contact)
    return contact


def make_template(tenant_id: UUID, account: ChannelAccount, **values: Any) -> Template:
    """An approved marketing template with one variable in its body."""
    defaults: dict[str, Any] = {
        "external_id": str(next(_count)),
        "name": f"offer_{next(_count)}",
        "language": "en_US",
        "category": "MARKETING",
        "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Hello {{1}}, a word from us.", "example": {"body_text": [["Ada"]]}}],
        "variables": [{"component": "body", "index": 0, "name": "1", "kind": "text", "sample": "Ada"}],
    }
    with transaction(tenant_scope(tenant_id)) as session:
        template = Template(tenant_id=tenant_id, account_id=account.id, **{**defaults, **values})
        session.add(template)
    return template
