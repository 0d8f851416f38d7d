"""Templates, numbers, imports and the wallet over the API."""

import pytest

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import credit
from aerostic.messaging.contract import ChannelError, TemplateData
from aerostic.messaging.models import ContactImport
from aerostic.registry import runtime
from aerostic.testing.api import api_client
from tests.support.factories import make_account, make_number, make_template, make_tenant

TEMPLATES = "/api/v1/templates"


@pytest.fixture
def stranger(app):
    return api_client(app, make_tenant().id)


def test_templates_are_listed_and_looked_up(api, stranger, tenant):
    account = make_account(tenant.id)
    first = make_template(tenant.id, account, name="first")
    make_template(tenant.id, account, name="second", status="REJECTED", category="UTILITY")

    def names(**query: str) -> list[str]:
        return [row["name"] for row in api.get(TEMPLATES, query_string=query).json["data"]]

    assert names() == ["second", "first"]
    assert names(status="APPROVED") == names(category="MARKETING") == names(name="first", language="en_US") == ["first"]
    shown = api.get(f"{TEMPLATES}/{first.id}").json
    assert (shown["id"], shown["variables"]) == (str(first.id), first.variables)
    assert stranger.get(TEMPLATES).json == {"data": [], "next_cursor": None}
    assert stranger.get(f"{TEMPLATES}/{first.id}").status_code == 404


@pytest.fixture
def channel(app):
    (found,) = [
        item.value for item in runtime().registry.declared("register_channels") if item.value.kind == "whatsapp"
    ]
    return found


def test_templates_are_fetched_from_the_provider(api, tenant, channel, monkeypatch):
    async def fetched(account):
        data = {"external_id": "1", "name": "offer", "language": "en", "category": "UTILITY", "status": "APPROVED"}
        return [TemplateData(**data, quality="GREEN", components=[{"type": "BODY", "text": "Hello"}])]

    make_account(tenant.id)
    monkeypatch.setattr(type(channel), "fetch_templates", staticmethod(fetched))
    assert api.post(f"{TEMPLATES}/sync").json == {"total": 1, "added": 1, "changed": 0, "removed": 0}
    assert [row["name"] for row in api.get(TEMPLATES).json["data"]] == ["offer"]


def test_what_the_provider_refuses_is_told(api, tenant, channel, monkeypatch):
    async def refused(account):
        raise ChannelError("The token has expired. Connect the account again.")

    make_account(tenant.id)
    monkeypatch.setattr(type(channel), "fetch_templates", staticmethod(refused))
    answer = api.post(f"{TEMPLATES}/sync")
    assert (answer.status_code, answer.json["error"]) == (
        502,
        {"code": "provider", "message": "The token has expired. Connect the account again."},
    )


def test_numbers_are_listed(api, stranger, tenant):
    number = make_number(tenant.id, display="+1 555 010 0001", quality="GREEN")
    (shown,) = api.get("/api/v1/numbers").json["data"]
    assert (shown["id"], shown["display"], shown["quality"], shown["pace"]) == (
        str(number.id),
        "+1 555 010 0001",
        "GREEN",
        80,
    )
    assert stranger.get("/api/v1/numbers").json["data"] == []


def test_imports_are_listed_and_looked_up(api, stranger, tenant):
    with transaction(tenant_scope(tenant.id)) as session:
        session.add(
            made := ContactImport(tenant_id=tenant.id, name="fair.csv", path="x", options={}, created=3, rows_done=5)
        )
    (shown,) = api.get("/api/v1/imports").json["data"]
    assert (shown["name"], shown["state"], shown["created"], shown["rows_done"]) == ("fair.csv", "waiting", 3, 5)
    assert api.get(f"/api/v1/imports/{made.id}").json == shown
    assert stranger.get(f"/api/v1/imports/{made.id}").status_code == 404


def test_the_wallet_says_what_is_there_and_what_moved(api, stranger, tenant):
    assert api.get("/api/v1/wallet").json == {"currency": "USD", "balance": 0, "held": 0}
    with transaction(tenant_scope(tenant.id)) as session:
        for number in range(3):
            credit(session, tenant.id, 1_000_000 + number, "USD", f"top-up-{number}")
    assert api.get("/api/v1/wallet").json == {"currency": "USD", "balance": 3_000_003, "held": 0}
    first = api.get("/api/v1/wallet/entries", query_string={"limit": 2}).json
    second = api.get("/api/v1/wallet/entries", query_string={"cursor": first["next_cursor"]}).json
    moved = [(entry["amount"], entry["balance_after"]) for entry in (*first["data"], *second["data"])]
    assert moved == [(1_000_002, 3_000_003), (1_000_001, 2_000_001), (1_000_000, 1_000_000)]
    assert second["next_cursor"] is None
    assert api.get("/api/v1/wallet/entries", query_string={"kind": "unheard-of"}).json["data"] == []
    assert stranger.get("/api/v1/wallet/entries").json["data"] == []


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/contacts", "contacts.view"),
        ("/tags", "contacts.view"),
        ("/imports", "contacts.view"),
        ("/numbers", "channels.view"),
        ("/templates", "templates.view"),
        ("/wallet", "wallet.view"),
        ("/wallet/entries", "wallet.view"),
    ],
)
def test_each_asks_for_its_own_permission(client_with, path, permission):
    other = "contacts.edit" if permission != "contacts.edit" else "contacts.view"
    assert client_with(permission).get(f"/api/v1{path}").status_code == 200
    refused = client_with(other).get(f"/api/v1{path}")
    assert (refused.status_code, permission in refused.json["error"]["message"]) == (403, True)
