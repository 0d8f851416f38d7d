"""The pages of security and of risk in a real browser: the application served, somebody signed in, whatever goes wrong noted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.testing.people import Client, enter
from tests.e2e.face.visitor import Visitor
from tests.support.factories import TESTS

SECONDS = 60


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def visitor(
    app: Flask,
    browser: Browser,
    port: int,
    user: User,
    tenant_id: UUID | None = None,
    *,
    width: int = 1280,
    mode: str = "light",
    locale: str = "en",
) -> Visitor:
    """A tab in which somebody is signed in: in a workspace, or else in the platform's console."""
    with transaction(TESTS) as session:
        row = session.get_one(User, user.id)
        row.mode, row.locale = mode, locale
    client = Client(app, app.response_class, use_cookies=True)
    client.host = "app.localhost" if tenant_id else "admin.localhost"
    enter(client, user.id, tenant_id)
    cookie = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
    page = browser.new_page(
        viewport={"width": width, "height": 860}, extra_http_headers={"Cookie": cookie}, reduced_motion="reduce"
    )
    page.set_default_timeout(SECONDS * 1000)
    # There is no live server here.
    page.route("**/live?*", lambda route: route.fulfill(content_type="text/event-stream", body="retry: 60000\n\n"))
    return Visitor(page, f"http://{client.host}:{port}")
