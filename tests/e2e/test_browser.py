"""What only a browser can tell: that a `__Host-` cookie over plain HTTP on a localhost name is kept, and stays on its host."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from aerostic.db import transaction
from aerostic.identity.people import create_user
from aerostic.tenancy.models import Member
from tests.support.browser import chromium
from tests.support.factories import TESTS, make_tenant

pytestmark = pytest.mark.chromium


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The application on a port of the loopback address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    """A tab of a fresh browser."""
    with chromium() as browser:
        yield browser.new_page()


def test_signing_in_holds_on_its_own_host_and_on_no_other(port: int, page: Page) -> None:
    with transaction(TESTS) as session:
        user = create_user(session, email="ann@shop.example", name="Ann", password="correct horse battery")
    tenant = make_tenant()
    with transaction(TESTS) as session:
        session.add(Member(tenant_id=tenant.id, user_id=user.id, role="owner"))
    page.goto(f"http://app.localhost:{port}/sign-in")
    page.get_by_label("E-mail").fill("ann@shop.example")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert page.evaluate("document.cookie") == ""
    page.goto(f"http://admin.localhost:{port}/overview")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
