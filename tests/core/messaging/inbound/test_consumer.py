"""What else webhooks bring: news about accounts, numbers and templates, and what nobody can use."""

import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy.exc import OperationalError

from aerostic.db import service_scope, transaction
from aerostic.messaging.inbound import consumer as module
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Template, WebhookRejection
from aerostic.registry import runtime
from aerostic.security.errors import KeyMissingError
from aerostic.security.keyring import Keyring
from aerostic.security.roots import RootKeys
from aerostic.security.store import DatabaseStore
from aerostic.security.vault import keyring, use_keyring
from tests.core.messaging.inbound.shop import Shop
from tests.plugins.aerostic_whatsapp.documents import DOCUMENTS
from tests.support.factories import make_template

STATUSES = service_scope("statuses")
REJECTIONS = "SELECT reason, kind FROM webhook_rejection WHERE tenant_id IS NOT DISTINCT FROM %s ORDER BY kind"
ALL = ("message", "contact", "conversation", "consent", "outbox", "webhook_rejection", "channel_account", "template")


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop.open()


@pytest.fixture
def consumer(app: Flask) -> WebhookConsumer:
    return WebhookConsumer(app)


def events(admin: Connection, shop: Shop, kind: str) -> int:
    query = "SELECT count(*) FROM outbox WHERE tenant_id = %s AND type = %s"
    return admin.execute(query, [shop.tenant_id, kind]).fetchone()[0]  # type: ignore[index]


def fresh(model: type, id_: object) -> object:
    with transaction(STATUSES) as session:
        return session.get_one(model, id_)


def test_a_disabled_account_is_blocked_and_comes_back(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    for state, status in (("DISABLE", "blocked"), ("REINSTATE", "active")):
        value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}}
        consumer.process([shop.entry(shop.body(value, field="account_update"))] * 2)
        assert fresh(ChannelAccount, shop.account.id).status == status  # type: ignore[attr-defined]
    assert events(admin, shop, "account.changed") == 2


def test_news_about_another_account_changes_nothing_here(shop: Shop, consumer: WebhookConsumer) -> None:
    value = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": "999"}}
    consumer.process([shop.entry(shop.body(value, field="account_update"))])
    assert fresh(ChannelAccount, shop.account.id).status == "active"  # type: ignore[attr-defined]


def test_an_upgrade_of_throughput_raises_the_pace(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    value = {"display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE"}
    consumer.process([shop.entry(shop.body(value, field="phone_number_quality_update"))] * 3)
    assert fresh(ChannelNumber, shop.number.id).pace == 1000  # type: ignore[attr-defined]
    assert events(admin, shop, "number.changed") == 1


def test_a_paused_template_is_paused(shop: Shop, consumer: WebhookConsumer) -> None:
    template = make_template(shop.tenant_id, shop.account, external_id="77")
    value = {"event": "PAUSED", "message_template_id": 77, "message_template_name": template.name,
             "message_template_language": "en_US", "other_info": {"title": "FIRST_PAUSE"}}  # fmt: skip
    consumer.process([shop.entry(shop.body(value, field="message_template_status_update"))])
    assert fresh(Template, template.id).status == "PAUSED"  # type: ignore[attr-defined]


def test_what_nobody_can_use_is_recorded_once_and_announced(
    shop: Shop, consumer: WebhookConsumer, admin: Connection
) -> None:
    entries = [shop.entry(b"{not json"), shop.entry(shop.body({"a": 1}, field="something_new"))]
    consumer.process([*entries, *entries])
    consumer.process(entries)
    assert admin.execute(REJECTIONS, [shop.tenant_id]).fetchall() == [
        ("not_json", "body"),
        ("unrecognised", "something_new"),
    ]
    assert events(admin, shop, "webhook.rejected") == 2
    with transaction(STATUSES) as session:
        bodies = [rejection.body for rejection in session.query(WebhookRejection).order_by(WebhookRejection.kind)]
    assert bodies == [{"raw": "{not json"}, {"a": 1}]


def test_an_entry_that_is_not_ours_is_recorded_and_its_neighbours_applied(
    shop: Shop, consumer: WebhookConsumer, admin: Connection
) -> None:
    (one,) = shop.send()
    name, fields = shop.entry(b"{}")
    moved = {**fields, b"tenant": shop.number.id.bytes}
    consumer.process([(name, {b"x": b"y"}), (name, moved), *shop.entries(shop.status(one, "read"))])
    assert admin.execute(REJECTIONS, [None]).fetchall() == [
        ("broken_entry", "BrokenEntryError"),
        ("broken_entry", "UnknownKeyError"),
    ]
    assert [row["status"] for row in shop.rows()] == ["read"]


def test_without_the_root_key_nothing_is_given_up(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    entry, before = shop.entry(b"{}"), keyring()
    use_keyring(Keyring(RootKeys({"none": bytes(32)}), DatabaseStore(runtime().settings.database_url)))
    try:
        with pytest.raises(KeyMissingError, match="'tst1'"):
            consumer.process([entry])
    finally:
        use_keyring(before)
    assert admin.execute(REJECTIONS, [None]).fetchall() == []


def test_one_webhook_that_cannot_be_applied_holds_up_no_other(
    shop: Shop, consumer: WebhookConsumer, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(session: object, tenant_id: object, arrivals: list) -> list:
        if any(arrival.item.text == "poison" for arrival in arrivals):
            raise KeyError("poison")
        return []

    monkeypatch.setattr(module, "apply_messages", picky)
    (one,) = shop.send()
    good = shop.entries(shop.status(one, "read"))
    consumer.process([*shop.entries(shop.said("poison"), shop.said("fine"), name="messages"), *good])
    assert admin.execute(REJECTIONS, [shop.tenant_id]).fetchall() == [("processing_failed", "KeyError")]
    assert [row["status"] for row in shop.rows()] == ["read"]


def test_a_status_whose_money_cannot_be_settled_is_put_off_not_lost(
    shop: Shop, consumer: WebhookConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(consumer.later, "_clock", lambda: now[0])
    one, two = shop.send(2)
    real = module.apply_statuses

    def refusing(session: object, tenant_id: object, rules: object, updates: list) -> list:
        if any(update.message_id == one for update in updates):
            raise RuntimeError("a rule of a plugin failed")
        return real(session, tenant_id, rules, updates)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(module, "apply_statuses", refusing)
        consumer.process(shop.entries(shop.status(one, "read"), shop.status(two, "read")))
    assert sorted(row["status"] for row in shop.rows()) == ["", "read"]
    now[0] += 2
    consumer.retry_waiting()
    assert [row["status"] for row in shop.rows()] == ["read", "read"]


def test_a_server_that_is_away_is_no_reason_to_reject(
    shop: Shop, consumer: WebhookConsumer, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("connection refused"))

    monkeypatch.setattr(module, "apply_statuses", away)
    (one,) = shop.send()
    with pytest.raises(OperationalError):
        consumer.process(shop.entries(shop.status(one, "read")))
    assert admin.execute(REJECTIONS, [shop.tenant_id]).fetchall() == []


def test_every_known_document_is_taken_and_changes_nothing_twice(
    shop: Shop, consumer: WebhookConsumer, admin: Connection
) -> None:
    entries = [shop.entry(document.read_bytes()) for document in DOCUMENTS]
    consumer.process(entries)
    counts = [admin.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ALL]
    for entry in entries:
        consumer.process([entry])
    assert [admin.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ALL] == counts
