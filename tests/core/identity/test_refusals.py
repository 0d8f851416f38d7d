"""Wrong tries to sign in: noted where the account's person works, whoever tried and wherever."""

import json
from uuid import UUID

import pytest
from flask import Flask

from aerostic.audit.sealing import seal_pending
from aerostic.db import Event, transaction
from aerostic.db.models import OutboxEvent
from aerostic.identity.emails import email_index
from aerostic.identity.people import create_user
from aerostic.identity.refusals import HANDLER
from aerostic.tenancy.models import Member
from aerostic.testing.people import PASSWORD, Client, new_tenant
from tests.core.audit.acts import chain
from tests.support.factories import TESTS

ADA = "ada@shop.example"


@pytest.fixture
def shops(app: Flask) -> list[UUID]:
    """Two workspaces in which Ada works."""
    tenants = [new_tenant(), new_tenant()]
    with transaction(TESTS) as session:
        user = create_user(session, email=ADA, name="Ada", password=PASSWORD)
        session.add_all(Member(tenant_id=tenant, user_id=user.id, role="agent") for tenant in tenants)
    return tenants


def tried(email: str, factor: str = "password", network: str = "198.51.100.0/24") -> Event:
    account = email_index(email).hex() if email else ""
    data = {"account": account, "factor": factor, "origin": "0f", "network": network}
    return Event("signin.failed", None, account or factor, data)


def refused(tenant: UUID) -> list[tuple[str, str, dict[str, object]]]:
    seal_pending()
    said = (json.loads(entry.body) for entry in chain(tenant))
    return [(one["actor"], one["address"], one["after"]) for one in said if one["action"] == "session.refused"]


def test_each_workspace_of_the_person_has_it_with_where_it_came_from(shops: list[UUID]) -> None:
    HANDLER.function(None, [tried(ADA)])
    told = [("visitor", "198.51.100.0/24", {"factor": "password", "times": 1})]
    assert [refused(shop) for shop in shops] == [told, told]


def test_tries_that_come_together_are_one_entry_a_network_and_factor(shops: list[UUID]) -> None:
    HANDLER.function(None, [tried(ADA), tried(ADA), tried(ADA, "totp"), tried(ADA, network="2001:db8::/48")])
    assert sorted((where, after["factor"], after["times"]) for _actor, where, after in refused(shops[0])) == [
        ("198.51.100.0/24", "password", 2),
        ("198.51.100.0/24", "totp", 1),
        ("2001:db8::/48", "password", 1),
    ]


def test_nobody_elses_workspace_hears_of_it_and_an_account_that_nobody_has_is_no_error(shops: list[UUID]) -> None:
    other = new_tenant()
    HANDLER.function(None, [tried("nobody@shop.example"), tried("", "passkey"), tried(ADA)])
    assert (len(refused(shops[0])), refused(other)) == (1, [])


def test_a_wrong_password_at_the_door_comes_to_it(app: Flask, shops: list[UUID]) -> None:
    Client(app, app.response_class).post_form("/sign-in", {"email": ADA, "password": "wrong " + PASSWORD})
    with transaction(TESTS) as session:
        events = [
            Event(row.type, row.tenant_id, row.key, row.data)
            for row in session.query(OutboxEvent)
            if row.type in HANDLER.types
        ]
    HANDLER.function(None, events)
    assert refused(shops[0]) == [("visitor", "127.0.0.0/24", {"factor": "password", "times": 1})]
