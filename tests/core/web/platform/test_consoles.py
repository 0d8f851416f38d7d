"""The two consoles: what staff see, what they can do, and that nobody else can."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from aerostic.audit.sealing import seal_pending
from aerostic.db import Event, new_id, tenant_scope, transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.ledger import wallet_balance
from aerostic.registry import runtime
from aerostic.streams.dead import DeadLetters
from aerostic.streams.lags import tell_lags
from aerostic.streams.metering import usage
from aerostic.streams.transports import open_bus
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import PASSWORD, Client, enter
from tests.core.audit.acts import chain
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}


def staff(app: Flask, kind: str, host: str, reseller_id=None) -> Client:
    with transaction(TESTS) as session:
        user = create_user(
            session,
            email=f"{new_id()}@staff.example",
            name="Staff",
            password=PASSWORD,
            staff=kind,
            reseller_id=reseller_id,
        )
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    enter(client, user.id)
    return client


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


def test_every_page_of_the_platforms_console_opens(platform):
    tenant = make_tenant()
    for path in ("/overview", "/resellers", "/tenants", f"/tenants/{tenant.id}", "/credits", "/queues"):
        assert (path, platform.get(path, headers=PAGE).status_code) == (path, 200)
    assert platform.get("/", headers=PAGE).location == "/overview"


def test_credit_is_added_once_a_form(platform):
    tenant, key = make_tenant(), str(new_id())
    form = {"amount": "12.50", "reason": "payment", "note": "Bank transfer", "form_key": key}
    for _ in range(2):
        assert platform.post_form(f"/tenants/{tenant.id}/credit", form).status_code == 303
    with transaction(TESTS) as session:
        assert wallet_balance(session, tenant.id, "USD") == 12_500_000


@pytest.mark.parametrize(("amount", "words"), [("-5", "more than 0"), ("ten", "Enter a number"), ("", "Fill it in")])
def test_a_wrong_amount_is_told_at_its_field_and_nothing_typed_is_lost(platform, amount, words):
    tenant = make_tenant()
    form = {"amount": amount, "reason": "payment", "note": "Bank transfer", "form_key": str(new_id())}
    answer = platform.post_form(f"/tenants/{tenant.id}/credit", form)
    assert answer.status_code == 422
    assert words in answer.text and 'value="Bank transfer"' in answer.text


def test_a_workspace_is_suspended_and_let_work_again(platform):
    tenant = make_tenant()
    for state in ("suspended", "active"):
        platform.post_form(f"/tenants/{tenant.id}/state", {"state": state})
        with transaction(TESTS) as session:
            assert session.get_one(Tenant, tenant.id).status == state
    assert platform.post_form(f"/tenants/{tenant.id}/state", {"state": "gone"}).status_code == 422


def test_dead_letters_are_shown_and_discarded(platform):
    dead = DeadLetters(runtime().redis, runtime().settings.redis_prefix)
    dead.add("campaigns.ends", Event("batch.finished", None, "k", {}), RuntimeError("x"))
    page = platform.get("/queues", headers=PAGE).text
    letter = dead.letters(1)[0]
    assert "batch.finished" in page and letter.id in page
    platform.post_form("/queues/letters", {"id": letter.id, "act": "discard"})
    assert dead.count() == 0


def test_dead_letters_are_handled_again_by_the_cores_consumers_and_the_plugins(platform):
    dead, tenant = DeadLetters(runtime().redis, runtime().settings.redis_prefix), make_tenant()
    dead.add("core.usage", Event("message.accepted", tenant.id, "k", {}), RuntimeError("x"))
    dead.add(
        "campaigns.ends", Event("batch.finished", tenant.id, "k", {"source": "x", "source_id": "1"}), RuntimeError("x")
    )
    dead.add("gone.plugin", Event("message.accepted", tenant.id, "k", {}), RuntimeError("x"))
    platform.post_form("/queues/letters", {"id": [letter.id for letter in dead.letters(9)], "act": "replay"})
    assert [letter.group for letter in dead.letters(9)] == ["gone.plugin"]
    with transaction(tenant_scope(tenant.id)) as session:
        span = (utcnow() - timedelta(hours=2), utcnow() + timedelta(hours=2))
        assert [amount.amount for amount in usage(session, tenant.id, "messages", *span, "hour")] == [1]


def test_consumers_of_every_bus_are_shown_with_what_they_are_behind_by(platform):
    tell_lags(runtime().redis, runtime().settings.redis_prefix, {"detection": 1_234})
    page = platform.get("/queues", headers=PAGE).text
    assert "core.usage" in page and "detection" in page and "1,234" in page


def test_a_consumer_that_is_gone_is_shown_and_forgotten(platform):
    bus = open_bus(runtime().settings, runtime().redis)
    for name in ("gone.plugin", "core.usage", "detection"):
        bus.create_group(name)
    bus.publish([Event("message.accepted", None, f"k{n}", {}) for n in range(3)])
    page = platform.get("/queues", headers=PAGE).text
    assert ("Forget gone.plugin?" in page, page.count("Forget "), "3 events are kept" in page) == (True, 1, True)
    for name in ("core.usage", "gone.plugin"):
        platform.post_form("/queues/consumers", {"name": name})
    assert (bus.idle_groups(), bus.lag("core.usage")) == (["core.usage", "detection"], 3)
    seal_pending()
    (said,) = [json.loads(entry.body) for entry in chain(None) if entry.area == "consumer"]
    assert (said["action"], said["target"]) == ("consumer.forgotten", "consumer:gone.plugin")
    assert "gone.plugin" not in platform.get("/queues", headers=PAGE).text


def test_a_reseller_sees_its_own_workspaces_and_no_others(app: Flask):
    reseller = make_reseller()
    mine, other = make_tenant(reseller_id=reseller.id, name="Mine"), make_tenant(name="Theirs")
    client = staff(app, "reseller", "app.localhost", reseller.id)
    page = client.get("/reseller", headers=PAGE).text
    assert "Mine" in page and "Theirs" not in page
    assert client.get(f"/reseller/tenants/{mine.id}", headers=PAGE).status_code == 200
    assert client.get(f"/reseller/tenants/{other.id}", headers=PAGE).status_code == 404


def test_a_resellers_person_cannot_open_the_platforms_console(app: Flask):
    client = staff(app, "reseller", "admin.localhost", make_reseller().id)
    assert client.get("/overview", headers=PAGE).status_code == 403
