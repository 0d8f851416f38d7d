"""The page of messages that WhatsApp prices otherwise than they were charged."""

import csv
import io
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import new_id, transaction, utcnow
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import ReconciliationDifference
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client
from tests.core.billing.credits.market import ONE
from tests.core.messaging.inbound.documents import DELIVERED, told
from tests.core.messaging.inbound.shop import Shop
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_reseller, make_tenant

FREE = {"type": "free_entry_point", "category": "=1+1"}
REGULAR = {"type": "regular", "category": "marketing"}


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


@pytest.fixture
def shop(app: Flask) -> Shop:
    """A shop with a difference of each kind."""
    shop = Shop.open()
    charged = shop.send(2)
    (free,) = shop.send(charged=False)
    WebhookConsumer(app).process(
        [
            told(shop, DELIVERED, charged[0], pricing=FREE),
            told(shop, DELIVERED, charged[1], at=86_400),
            told(shop, DELIVERED, free, at=2 * 86_400, pricing=REGULAR),
        ]
    )
    return shop


def page_of(client: Client, path: str) -> str:
    answer = client.get(path, headers=PAGE)
    assert (path, answer.status_code) == (path, 200)
    return str(answer.text)


def rows_of(client: Client, query: str) -> list[str]:
    """The kinds of the rows that a page shows, in their order."""
    text = page_of(client, f"/reconciliation?{query}").partition("<tbody>")[2]
    words = {"free at": "not_billable", "billable at": "not_charged", "another": "category"}
    links = [part.partition("</a>")[0] for part in text.split('class="row-link"')[1:]]
    return [kind for link in links for word, kind in words.items() if word in link]


def made(tenant_id: UUID, count: int) -> None:
    """So many differences of a euro, from just now."""
    told = {"provider_category": "utility", "provider_type": "regular", "charged_category": "marketing"}
    values = {"tenant_id": tenant_id, "kind": "category", "billable": True, "charge_state": "captured", **told}
    with transaction(TESTS) as session:
        rows = [ReconciliationDifference(**values, amount=ONE, currency="EUR", at=utcnow()) for _ in range(count)]
        session.add_all(rows)


def test_without_differences_the_page_says_so_and_the_overview_is_silent(platform: Client) -> None:
    assert "Nothing here yet" in page_of(platform, "/reconciliation")
    assert "otherwise than" not in page_of(platform, "/overview")


def test_differences_are_listed_the_latest_first(platform: Client, shop: Shop) -> None:
    assert rows_of(platform, "") == ["not_charged", "category", "not_billable"]


def test_those_of_the_last_30_days_are_told_on_the_overview(platform: Client) -> None:
    made(make_tenant().id, 3)
    assert "WhatsApp prices 3 messages of the last 30 days" in page_of(platform, "/overview")


def test_they_are_narrowed_by_kind_workspace_and_period(platform: Client, shop: Shop) -> None:
    made(make_tenant().id, 1)
    own = f"tenant={shop.tenant_id}"
    assert rows_of(platform, own) == ["not_charged", "category", "not_billable"]
    assert rows_of(platform, f"{own}&kind=category") == ["category"]
    assert rows_of(platform, f"{own}&since=2026-11-02&until=2026-11-02") == ["category"]
    assert rows_of(platform, f"{own}&until=2026-11-02") == ["category", "not_billable"]
    assert len(rows_of(platform, "kind=nonsense&tenant=nobody&since=never")) == 4


def test_sums_tell_how_many_and_how_much_of_each_kind_in_each_currency(platform: Client, shop: Shop) -> None:
    made(make_tenant().id, 2)
    page = page_of(platform, "/reconciliation?kind=not_billable")
    tiles = [part.partition("</div>")[0].rpartition(">")[2] for part in page.split('class="kpi-value"')[1:]]
    assert tiles == ["1", "1", "3"]
    assert "€2.00 · $0.00" in page


def test_pages_follow_each_other(platform: Client) -> None:
    made(make_tenant().id, 30)
    page = page_of(platform, "/reconciliation")
    after = page.partition("after=")[2].partition('"')[0]
    assert ("30 rows" in page, len(rows_of(platform, "")), len(rows_of(platform, f"after={after}"))) == (True, 25, 5)


def test_the_file_has_what_the_page_shows_and_no_formulas(platform: Client, shop: Shop) -> None:
    with transaction(TESTS) as session:
        session.get_one(Tenant, shop.tenant_id).name = "=HYPERLINK(1)"
    text = platform.get("/reconciliation.csv?until=2026-11-02").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["kind"], row["whatsapp_billable"], row["amount"]) for row in rows] == [
        ("category", "yes", "0.000037"),
        ("not_billable", "no", "0.000037"),
    ]
    assert {row["workspace"] for row in rows} == {"'=HYPERLINK(1)"}
    assert rows[1]["whatsapp_category"] == "'=1+1"


def test_each_leads_to_the_proof_of_its_messages_money(platform: Client, shop: Shop) -> None:
    page = page_of(platform, "/reconciliation?kind=not_billable")
    path = next(part for part in page.split('"') if part.startswith("/ledger/messages/"))
    proof = page_of(platform, path)
    assert [words in proof for words in ("WhatsApp prices it otherwise", "not billable", "Paid: delivered")] == [
        True
    ] * 3
    message_id = path.rpartition("/")[2]
    for way in (f"/ledger/find?id={message_id}", f"/ledger/subjects/{message_id}"):
        assert platform.get(way, headers=PAGE).location == path
    assert platform.get(f"/ledger/messages/{new_id()}", headers=PAGE).status_code == 404


def test_nobody_but_the_platforms_people_sees_it(app: Flask, shop: Shop) -> None:
    client = staff(app, "reseller", "admin.localhost", make_reseller().id)
    for path in ("/reconciliation", "/reconciliation.csv"):
        assert (path, client.get(path, headers=PAGE).status_code) == (path, 403)
