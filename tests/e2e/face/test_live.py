"""A page that is open keeps itself right, and says so when it cannot."""

import json
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Page, expect
from redis import Redis

from aerostic.settings import Settings
from aerostic.streams.notices import Notice, append
from tests.e2e.face.conftest import Demo
from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
# Left on the page, where the content policy lets a test look at it.
LISTEN = """() => {
    const page = document.documentElement;
    document.querySelector('[data-live]').addEventListener('live', () => { page.dataset.told = 'yes'; });
}"""
FORGET = "() => { document.documentElement.dataset.told = 'no'; }"
PATIENCE = 60_000


def tell(demo: Demo, topic: str) -> None:
    """Something has changed for the shop."""
    environment = json.loads((demo.var / "running.json").read_bytes())
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        connection.execute("SELECT set_config('aerostic.platform', 'on', false)")
        [tenant_id] = connection.execute("SELECT id FROM tenant WHERE name = 'Maple Street Shop'").fetchone() or [
            UUID(int=0)
        ]
    prefix = Settings.model_fields["redis_prefix"].default
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        append(redis, prefix, [Notice(tenant_id, {"": frozenset([topic])})])


def open_home(visit: Visit) -> Page:
    """The first page, once it is live; from then on it notes that it is told something."""
    page = visit("owner@maple.example").open("/")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live", timeout=PATIENCE)
    page.evaluate(LISTEN)
    return page


def test_what_happens_is_told_to_what_shows_it(demo: Demo, visit: Visit) -> None:
    page = open_home(visit)
    tell(demo, "campaigns")
    expect(page.locator("html")).to_have_attribute("data-told", "yes", timeout=PATIENCE)


def test_after_a_restart_of_the_live_process_the_page_is_right_again_by_itself(demo: Demo, visit: Visit) -> None:
    page = open_home(visit)
    [live] = [one for one in demo.process.family() if one.cmdline()[-1:] == ["live"]]
    live.kill()
    live.wait()
    page.evaluate(FORGET)
    tell(demo, "campaigns")
    expect(page.locator("html")).to_have_attribute("data-told", "yes", timeout=PATIENCE)
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    expect(page.locator("[data-live-status]")).to_have_text("")
