"""What only a browser can tell: that a `__Host-` cookie over plain HTTP on a localhost name is kept, and stays on its host."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from aerostic.db import transaction
from aerostic.identity.people import create_user
from aerostic.tenancy.models import Member
from tests.support.factories import TESTS, make_tenant

pytestmark = pytest.mark.chromium
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIGN_IN = """async () => (await fetch('/session', {method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({email: 'ann@shop.example', password: 'correct horse battery'})})).status"""
WHO = (
    "async () => { const answer = await fetch('/session'); return [answer.status, (await answer.json()).name ?? null] }"
)


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
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser.new_page()
        browser.close()


def test_signing_in_holds_on_its_own_host_and_on_no_other(port: int, page: Page) -> None:
    with transaction(TESTS) as session:
        user = create_user(session, email="ann@shop.example", name="Ann", password="correct horse battery")
    tenant = make_tenant()
    with transaction(TESTS) as session:
        session.add(Member(tenant_id=tenant.id, user_id=user.id, role="owner"))
    page.goto(f"http://app.localhost:{port}/")
    assert page.evaluate(SIGN_IN) == 200
    assert page.evaluate(WHO) == [200, "Ann"]
    assert page.evaluate("document.cookie") == ""
    page.goto(f"http://admin.localhost:{port}/")
    assert page.evaluate(WHO) == [401, None]
