"""The pages of refunds: who decides for whom, what is refused at its field, and that it holds from then on."""

import re

import pytest
from aerostic_refunds.policies import Owner, kept, versions
from flask import Flask

from aerostic.db import new_id, transaction, utcnow
from aerostic.testing.people import Client
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_reseller, make_tenant
from tests.support.statements import statements

PLATFORM, RESELLER = "/platform/p/refunds", "/reseller/p/refunds"
UNDELIVERABLE, BUSY = 131026, 131000


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


def policies(owner: Owner) -> list[list[int]]:
    with transaction(TESTS) as session:
        return [policy.kept for policy in versions(session, owner)]


def test_the_platform_decides_for_everybody_and_for_its_own_workspaces(platform: Client) -> None:
    own, theirs = make_tenant(name="Harbour").id, make_tenant(name="Maple", reseller_id=make_reseller().id).id
    sent = {"known": str(UNDELIVERABLE), "others": f"{BUSY}, 7", "note": "Old lists"}
    assert platform.post_form(f"{PLATFORM}/all", sent).location == f"{PLATFORM}/all"
    assert (policies(Owner()), kept(theirs, utcnow())) == ([[7, BUSY, UNDELIVERABLE]], {7, BUSY, UNDELIVERABLE})
    page = platform.get(f"{PLATFORM}/", headers=PAGE).text
    assert ("Harbour" in page, "Maple" in page, "Not on WhatsApp" in page) == (True, False, True)
    assert platform.post_form(f"{PLATFORM}/{own}", {"others": ""}).status_code == 303
    assert (policies(Owner(tenant_id=own)), kept(own, utcnow())) == ([[]], frozenset())
    assert platform.get(f"{PLATFORM}/{theirs}", headers=PAGE).status_code == 404


def test_a_reseller_decides_for_its_own_workspaces_alone(app: Flask) -> None:
    reseller_id = make_reseller().id
    mine, other = make_tenant(reseller_id=reseller_id).id, make_tenant(reseller_id=make_reseller().id).id
    client = staff(app, "reseller", "app.localhost", reseller_id)
    assert client.post_form(f"{RESELLER}/all", {"known": str(UNDELIVERABLE)}).status_code == 303
    assert policies(Owner(reseller_id=reseller_id)) == [[UNDELIVERABLE]]
    assert client.post_form(f"{RESELLER}/{mine}", {"others": str(BUSY)}).status_code == 303
    assert kept(mine, utcnow()) == {BUSY}
    for key in (other, new_id(), "nonsense"):
        assert client.post_form(f"{RESELLER}/{key}", {"others": "1"}).status_code == 404
    assert policies(Owner(tenant_id=other)) == []


def test_what_is_in_force_stands_in_the_form(platform: Client) -> None:
    platform.post_form(f"{PLATFORM}/all", {"known": str(UNDELIVERABLE), "others": "5 4"})
    page = platform.get(f"{PLATFORM}/all", headers=PAGE).text
    assert 'value="4, 5"' in page and f'value="{UNDELIVERABLE}" checked' in page
    assert "In force" in page


@pytest.mark.parametrize("typed", ["many", "-4", "0", "10000000"])
def test_what_is_no_code_is_told_at_its_field_and_nothing_is_kept(platform: Client, typed: str) -> None:
    answer = platform.post_form(f"{PLATFORM}/all", {"others": typed})
    assert (answer.status_code, "An error code is a whole number" in answer.text) == (422, True)
    assert policies(Owner()) == []


def test_the_list_says_what_was_decided_last_for_each(app: Flask, platform: Client) -> None:
    theirs = make_reseller().id
    staff(app, "reseller", "app.localhost", theirs).post_form(f"{RESELLER}/all", {"others": "3"})
    for key, codes in (("all", "1"), ("all", "2"), (make_tenant().id, "4"), (make_tenant().id, "")):
        platform.post_form(f"{PLATFORM}/{key}", {"others": codes})
    page = platform.get(f"{PLATFORM}/", headers=PAGE).text
    assert re.findall(r"<bdi>(\d)</bdi>", page) == ["2", "4"]
    assert page.count("Every failure is refunded") == 1


def test_the_list_asks_as_much_for_many_workspaces_as_for_one(platform: Client) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_tenant()
        with statements() as told:
            platform.get(f"{PLATFORM}/", headers=PAGE)
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_a_workspace_is_found_by_its_name(platform: Client) -> None:
    for name in ("Harbour", "Maple"):
        make_tenant(name=name)
    page = platform.get(f"{PLATFORM}/?q=harb", headers=PAGE).text
    assert ("Harbour" in page, "Maple" in page) == (True, False)
    assert "Nothing matches" in platform.get(f"{PLATFORM}/?q=zzz", headers=PAGE).text
