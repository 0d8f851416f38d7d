"""The pages that follow money: what they tell, to whom, and the files that prove it."""

import pytest
from flask import Flask
from sqlalchemy import update

from aerostic.billing.models import Charge
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Message
from aerostic.testing.people import sign_in
from tests.core.messaging.proof.shop import Shop, make_shop

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
WAMID = "wamid.HBgLMTY1MDAwMDAwMDA"


@pytest.fixture
def shop(app: Flask) -> Shop:
    """One message was delivered, one failed, one waits."""
    made = make_shop(3)
    made.came(0, "delivered")
    made.came(1, "failed")
    with transaction(tenant_scope(made.tenant_id)) as session:
        session.get_one(Message, made.messages[0]).provider_id = WAMID
    return made


def test_the_page_of_a_message_tells_every_movement_and_that_it_adds_up(app: Flask, shop: Shop) -> None:
    owner = sign_in(app, shop.tenant_id, "owner", HOST)
    page = owner.get(f"/wallet/messages/{shop.messages[0]}", headers=PAGE).text
    assert all(words in page for words in ("$0.025", "Set aside", "Paid: delivered", "It adds up", WAMID))
    page = owner.get(f"/wallet/messages/{shop.messages[1]}", headers=PAGE).text
    assert "Refunded: not delivered" in page


def test_whoever_may_not_see_phones_does_not_see_the_id_that_holds_one(app: Flask, shop: Shop) -> None:
    marketer = sign_in(app, shop.tenant_id, "marketer", HOST)
    assert WAMID not in marketer.get(f"/wallet/messages/{shop.messages[0]}", headers=PAGE).text
    document = marketer.get(f"/wallet/messages/{shop.messages[0]}.json").json
    assert (document["message"]["provider_id"], document["price"]["state"]) == (None, "captured")


def test_the_page_of_a_campaign_sums_it_up_and_its_file_has_every_message(app: Flask, shop: Shop) -> None:
    owner = sign_in(app, shop.tenant_id, "owner", HOST)
    page = owner.get(f"/wallet/batches/{shop.batch_id}", headers=PAGE).text
    assert all(words in page for words in ("$0.075", "$0.025", "It adds up", "United States"))
    answer = owner.get(f"/wallet/batches/{shop.batch_id}.json")
    assert [line["charge"] for line in answer.json["messages"]] == ["captured", "refunded", "held"]
    assert answer.json["sums"] == {"set_aside": 75_000, "paid": 25_000, "given_back": 25_000, "held": 25_000}


@pytest.mark.parametrize("path", ["messages/{}", "messages/{}.json", "batches/{}", "batches/{}.json"])
def test_what_is_not_ones_own_is_not_found_and_agents_may_not_look(app: Flask, shop: Shop, path: str) -> None:
    address = "/wallet/" + path.format(shop.batch_id if "batches" in path else shop.messages[0])
    assert sign_in(app, make_shop(1).tenant_id, "owner", HOST).get(address).status_code == 404
    assert sign_in(app, shop.tenant_id, "agent", HOST).get(address).status_code == 403


@pytest.mark.parametrize("path", ["messages/{}", "messages/{}.json", "batches/{}", "batches/{}.json"])
def test_a_workspace_is_told_the_last_step_of_a_price_by_its_name_and_not_what_others_paid(
    app: Flask, shop: Shop, path: str
) -> None:
    trail = "card US, marketing: 13579; reseller book 2, */*: + 24680; tenant book 1, US/marketing: = 25000"
    with transaction(tenant_scope(shop.tenant_id)) as session:
        session.execute(update(Charge).values(source=trail))
    owner = sign_in(app, shop.tenant_id, "owner", HOST)
    page = owner.get("/wallet/" + path.format(shop.batch_id if "batches" in path else shop.messages[0])).text
    assert "tenant book 1, US/marketing" in page
    assert [words for words in ("13579", "24680", "reseller book", "= 25000") if words in page] == []
