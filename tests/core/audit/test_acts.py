"""What is recorded, where it is done: one act of each area, with who did it."""

import json
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import transaction
from aerostic.messaging.models import Tag
from aerostic.testing.people import PASSWORD, Client, new_tenant, sign_in
from tests.core.audit.acts import chain
from tests.core.web.platform.test_consoles import staff
from tests.support.factories import TESTS, make_contact, make_tenant

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


def since(tenant, before: int) -> list[tuple[str, str, dict]]:
    """What was recorded after the first entries: act, target's kind, and what is now."""
    told = sorted(said(tenant)[before:], key=lambda one: one["at"])  # what is sealed at once overtakes what waits
    return [(one["action"], one["target"].partition(":")[0], one["after"]) for one in told]


def test_a_contact_added_and_changed_by_hand_is_told_without_names(owner, tenant):
    before = len(said(tenant))
    added = owner.post_form("/contacts/new", {"phone": "+16505550101", "name": "Ada", "tags": "vip"})
    owner.post_form(f"{added.location}/edit", {"phone": "+16505550101", "name": "Grace", "locale": "de"})
    owner.post_form(f"{added.location}/edit", {"phone": "+16505550101", "name": "Grace", "locale": "de"})
    told = since(tenant, before)
    assert [one[:2] for one in told] == [
        ("contact.created", "contact"),
        ("tag.created", "tag"),
        ("contact.tagged", "contact"),
        ("contact.changed", "contact"),
        ("contact.tagged", "contact"),
    ]
    assert told[0][2]["phone"].startswith("<ph:") and told[0][2]["changed"] == ["name", "phone"]
    assert told[3][2] == {"changed": ["locale", "name"]}
    assert not any("Ada" in entry.body or "Grace" in entry.body for entry in chain(tenant))


def test_what_a_contact_agreed_to_is_told_whoever_wrote_it_down(owner, tenant):
    contact = make_contact(tenant)
    before = len(said(tenant))
    answer = {"state": "withdrawn", "category": "marketing", "source": "phone", "day": "2026-01-02"}
    owner.post_form(f"/contacts/{contact.id}/consent", answer)
    ((act, kind, after),) = since(tenant, before)
    assert (act, kind, after["state"]) == ("contact.answered", "contact", "withdrawn")


def test_an_act_on_many_contacts_is_told_once_however_often_its_form_comes(owner, tenant):
    make_contact(tenant)
    before = len(said(tenant))
    for _ in range(2):
        choice = {"act": "add_tag", "all": "1", "tag": "vip", "form_key": "one form"}
        owner.post_form("/contacts/bulk/do", choice)
    assert since(tenant, before) == [
        ("tag.created", "tag", {"name": "vip"}),
        ("contact.many", "tag", {"act": "add_tag", "contacts": 1}),
    ]


def test_tags_are_told_of_when_made_renamed_and_deleted(owner, tenant):
    before = len(said(tenant))
    owner.post_form("/contacts/tags", {"name": "vip"})
    with transaction(TESTS) as session:
        tag = session.query(Tag).filter_by(tenant_id=tenant).one()
    owner.post_form(f"/contacts/tags/{tag.id}", {"name": "guests"})
    owner.post_form(f"/contacts/tags/{tag.id}/delete")
    assert [one[0] for one in since(tenant, before)] == ["tag.created", "tag.renamed", "tag.deleted"]


def test_a_campaign_is_told_of_from_its_beginning_to_its_end(app):
    tenant = make_tenant().id
    owner = sign_in(app, tenant, "owner", HOST)
    before = len(said(tenant))
    owner.post_form("/p/campaigns/new", {"name": "Autumn", "kind": "all"})
    with transaction(TESTS) as session:
        campaign_id = UUID(session.scalars(text("SELECT id::text FROM campaigns__campaign")).one())
    owner.post_form(f"/p/campaigns/{campaign_id}/delete")
    assert [one[:2] for one in since(tenant, before)] == [
        ("campaign.created", "campaign"),
        ("campaign.deleted", "campaign"),
    ]


def test_staff_that_look_at_a_workspace_and_suspend_it_stand_in_its_own_log(app, tenant):
    platform = staff(app, "platform", "admin.localhost")
    before = len(said(tenant))
    platform.get(f"/tenants/{tenant}", headers={"Accept": "text/html"})
    for state in ("suspended", "active"):
        platform.post_form(f"/tenants/{tenant}/state", {"state": state})
    assert [one[0] for one in since(tenant, before)] == ["tenant.viewed", "tenant.suspended", "tenant.resumed"]
