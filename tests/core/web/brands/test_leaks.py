"""White label: everything that an owner can reach on a reseller's host, searched for the platform's name."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import transaction
from aerostic.mail.models import Mail
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import publish, save_draft
from aerostic.testing.people import Client, sign_in
from tests.core.web.brands.support import make_host, staff
from tests.support.factories import (
    TESTS,
    make_account,
    make_contact,
    make_number,
    make_template,
    make_tenant,
)

HOST = "chat.northwind.example"
HTML = {"Accept": "text/html"}
LINK = re.compile(r'(?:href|src|action|hx-get)="([^"#]+)')
MOST = 400
# Where a reseller's staff is told about the platform's own names.
TELLS = {"/reseller/domains"}


@pytest.fixture
def reseller_id(app: Flask):
    found = make_host(HOST, slug="northwind")
    with transaction(TESTS) as session:
        save_draft(session, found, Design(name="Northwind", theme="northwind", support_email="help@northwind.example"))
        publish(session, found)
    return found


@pytest.fixture
def owner(app: Flask, reseller_id) -> Client:
    tenant = make_tenant(reseller_id=reseller_id, plugins=tuple(app.extensions["aerostic"].registry.plugins))
    account = make_account(tenant.id)
    make_number(tenant.id, account)
    make_template(tenant.id, account)
    make_contact(tenant.id)
    return sign_in(app, tenant.id, "owner", HOST)


def crawl(client: Client, start: str) -> Iterator[tuple[str, str, int]]:
    """Every page and file that links lead to: its path, all that is said there, headers too, and the status."""
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop(0)
        with client.get(path, headers=HTML) as answer:
            body = answer.data.decode(errors="replace")
        yield path, f"{answer.headers}\n{body}", answer.status_code
        for link in LINK.findall(body) if answer.mimetype == "text/html" else ():
            found = urlsplit(unescape(link))
            target = found.path + (f"?{found.query}" if found.query else "")
            if not found.scheme and not found.netloc and target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
        assert len(seen) < MOST, "the crawl does not end: pages link to ever new ones"


def leaks(client: Client, start: str) -> list[str]:
    return sorted(path for path, text, _ in crawl(client, start) if "aerostic" in text.lower() and path not in TELLS)


def test_an_owner_never_meets_the_platforms_name(owner):
    pages = list(crawl(owner, "/"))
    assert {path for path, _, status in pages if status >= 500} == set()
    assert [path for path, text, _ in pages if "aerostic" in text.lower()] == []
    visited = {path for path, _, _ in pages}
    assert {"/", "/contacts", "/conversations", "/templates", "/wallet", "/numbers", "/team", "/profile"} <= visited


def test_the_resellers_staff_meets_it_only_where_names_are_set_up(app, reseller_id):
    assert leaks(staff(app, reseller_id, HOST), "/reseller") == []


def test_nobody_meets_it_before_signing_in(app, reseller_id):
    stranger = Client(app, app.response_class, use_cookies=True)
    stranger.host = HOST
    assert leaks(stranger, "/sign-in") == []


def test_mail_bears_the_brand_and_leads_to_its_host(owner):
    assert owner.post_form("/team/invite", {"email": "new@shop.example", "role": "agent"}).status_code == 303
    with transaction(TESTS) as session:
        mail = session.scalars(select(Mail)).one()
        said = str(mail.content)
    assert "aerostic" not in said.lower()
    assert (f"https://{HOST}/" in said, "works with Northwind" in said, "#b4441a" in said) == (True, True, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/not/there", 404), ("post", "/sign-in", 419), ("get", "/p/unheard/", 404)],
)
def test_errors_bear_the_brand(owner, method, path, status):
    for accept in ("text/html", "application/json"):
        answer = getattr(owner, method)(path, headers={"Accept": accept})
        assert (answer.status_code, "aerostic" in f"{answer.headers}{answer.text}".lower()) == (status, False)
