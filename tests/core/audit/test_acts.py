"""What is recorded, where it is done: one act of each area, with who did it."""

import json

import pytest
from flask import Flask

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import transaction
from aerostic.testing.people import PASSWORD, Client, new_tenant, sign_in
from tests.core.audit.acts import chain
from tests.support.factories import TESTS

HOST = "app.localhost"


@pytest.fixture
def tenant(app: Flask):
    return new_tenant()


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    client = sign_in(app, tenant, "owner", HOST)
    seal_pending()
    return client


def said(tenant) -> list[dict]:
    """What was recorded, sealed now."""
    seal_pending()
    return [json.loads(entry.body) for entry in chain(tenant)]


def actions(tenant) -> list[str]:
    return [one["action"] for one in said(tenant)]


def test_signing_in_stands_in_the_workspaces_chain_with_who_and_from_where(app, tenant):
    client = Client(app, app.response_class, use_cookies=True)
    from aerostic.identity.people import create_user
    from aerostic.tenancy.models import Member

    with transaction(TESTS) as session:
        user = create_user(session, email="ada@shop.example", name="Ada", password=PASSWORD)
        session.add(Member(tenant_id=tenant, user_id=user.id, role="admin"))
    client.post_form("/sign-in", {"email": "ada@shop.example", "password": "wrong " + PASSWORD})
    client.post_form("/sign-in", {"email": "ada@shop.example", "password": PASSWORD})
    (started,) = [one for one in said(tenant) if one["action"].startswith("session.")]
    assert (started["action"], started["actor"], started["address"]) == (
        "session.started",
        f"user:{user.id}",
        "127.0.0.1",
    )
    assert len(started["request"]) == 32
    (refused,) = said(None)
    assert (refused["action"], refused["actor"]) == ("session.refused", "visitor")
    assert refused["after"]["email"].startswith("<em:")


def test_settings_say_what_was_and_what_is(owner, tenant):
    owner.post_form("/settings", {"name": "New", "zone": "UTC", "country": "US"})
    (changed,) = [one for one in said(tenant) if one["action"] == "settings.changed"]
    assert (changed["before"]["name"], changed["after"]["name"]) == ("Shop", "New")
    assert changed["actor"].startswith("user:")


def test_invitations_name_the_address_by_its_pseudonym_only(owner, tenant):
    owner.post_form("/team/invite", {"email": "bob@shop.example", "role": "agent"})
    (sent,) = [one for one in said(tenant) if one["action"] == "invitation.sent"]
    assert sent["after"]["role"] == "agent" and sent["after"]["email"].startswith("<em:")


def test_plugins_switched_on_and_off_are_noted_once(owner, tenant):
    before = len(said(tenant))
    for verb in ("on", "on", "off"):
        owner.post_form(f"/plugins/campaigns/{verb}")
    assert actions(tenant)[before:] == ["plugin.enabled", "plugin.disabled"]


def test_an_export_is_sealed_with_itself(owner, tenant):
    owner.post_form("/contacts/export", {"columns": "name"})
    with transaction(TESTS) as session:  # before any sealer came by
        (entry,) = session.query(AuditEntry).filter_by(tenant_id=tenant, area="contact").all()
    assert json.loads(entry.body)["after"] == {"columns": ["name"], "contacts": 0, "whole_numbers": True}
