"""In a real browser: an action is taken, its owner reads why and appeals, staff grant it, and it is gone; and every page of both
with something on it can be used by everybody, in light and dark, from right to left, and on a phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import sign_in
from tests.core.web.app.security.browsing import SECONDS, served, visitor
from tests.e2e.face.visitor import Visitor
from tests.support.browser import chromium
from tests.support.factories import make_person, make_tenant
from tests.support.risk import flag_of, make_appeal, make_decision, make_incident, make_policy, make_signal

pytestmark = pytest.mark.chromium
SHARED = ["content:5e0c1f2a9d", "subnet:91ab77c0"]
SECURITY = ("/security", "/security/actions", "/security/signals", "/security/sign-ins", "/security/keys")
RISK = (
    "/risk",
    "/risk/incidents",
    "/risk/map",
    "/risk/decisions",
    "/risk/appeals?outcome=",
    "/risk/overrides",
    "/risk/overrides/new",
    "/risk/policy",
    "/risk/policy/2?days=7",
    "/risk/policy/new",
    "/risk/policy/new?as=json",
    "/risk/detectors",
    "/risk/models",
)


@dataclass(frozen=True)
class People:
    """A workspace, its owner, and one of the platform's people."""

    tenant: Tenant
    owner: User
    staff: User


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS * 1000)
    with chromium() as found:
        yield found


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    with served(app) as found:
        yield found


@pytest.fixture
def people(app: Flask) -> People:
    tenant = make_tenant(name="Maple & Oak", zone="Europe/Berlin")
    owner = make_person(tenant.id)
    return People(tenant, owner, make_person(None, email="root@platform.example", name="Grace", staff="platform"))


def test_an_owner_reads_why_appeals_and_is_granted_it(app: Flask, browser: Browser, port: int, people: People) -> None:
    tenant = people.tenant
    make_decision(tenant.id, make_signal(tenant.id))
    owner = visitor(app, browser, port, people.owner, tenant.id)
    page = owner.open("/security")
    expect(page.locator("main")).to_contain_text("Campaigns paused")
    page.locator("#security").get_by_role("link", name="Why, and what to do").click()
    expect(page.locator("main")).to_contain_text("4,200 messages in 60 seconds: 14 times as many as usual.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_role("alert")).to_contain_text("This is needed. Fill it in.")
    assert ["422" in trouble for trouble in owner.troubles] == [True]
    owner.troubles.clear()
    page.get_by_label("What happened").fill("This is our autumn sale, as announced.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.locator("main")).to_contain_text("Waiting")

    staff = visitor(app, browser, port, people.staff)
    there = staff.open("/risk/appeals")
    there.get_by_role("link", name="This is our autumn sale").click()
    there.get_by_label("Grant: it was a false alarm, lift it").check()
    there.get_by_label("What you answer").fill("You are right: it was announced. We are sorry.")
    there.get_by_role("button", name="Send the answer").click()
    expect(there.locator("main")).to_contain_text("Nothing matches")

    assert flag_of("tenant", str(tenant.id)) == ""
    expect(owner.open("/security").locator("main")).to_contain_text("Nothing is held back")
    page.get_by_role("link", name="Campaigns paused").click()
    expect(page.locator("main")).to_contain_text("You are right: it was announced.")
    assert (owner.troubles, staff.troubles) == ([], [])


def look(tab: Visitor, path: str) -> list[str]:
    """What is wrong with a page."""
    tab.troubles.clear()
    page = tab.open(path)
    page.wait_for_load_state("networkidle")
    found = [*tab.troubles, *tab.axe()]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("wider than the screen")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    return [f"{path}: {trouble}" for trouble in found]


def filled(app: Flask, people: People) -> tuple[list[str], list[str]]:
    """Something on every page; the addresses of those that are about one thing, for the owner and for staff."""
    tenant, other = people.tenant, make_tenant(name="متجر النخيل")
    sign_in(app, tenant.id, "admin", "app.localhost")
    incident = make_incident(shares=SHARED)
    signals = [make_signal(one.id, incident_id=incident.id, family="content", shares=SHARED) for one in (tenant, other)]
    make_signal(None, subject_kind="address", subject="77aa01c4e0", incident_id=incident.id, shares=SHARED[1:])
    decision = make_decision(tenant.id, *signals, incident_id=incident.id)
    answered = make_decision(tenant.id, action="freeze", flag=False, verdict="wrong")
    make_appeal(answered, people.owner.id, outcome="granted", answer="You are right.", answered_at=answered.began_at)
    appeal = make_appeal(decision, people.owner.id)
    make_policy()
    make_policy(2, "saved", half_life_seconds=60)
    mine = [f"/security/actions/{one.id}" for one in (decision, answered)]
    theirs = [f"/risk/incidents/{incident.id}", f"/risk/decisions/{decision.id}", f"/risk/appeals/{appeal.id}"]
    return mine, theirs


@pytest.mark.parametrize(
    "seen", [{}, {"mode": "dark"}, {"locale": "ar"}, {"width": 390}], ids=["light", "dark", "ar", "phone"]
)
def test_every_page_with_something_on_it(
    app: Flask, browser: Browser, port: int, people: People, seen: dict[str, object]
) -> None:
    mine, theirs = filled(app, people)
    owner = visitor(app, browser, port, people.owner, people.tenant.id, **seen)  # type: ignore[arg-type]
    assert [trouble for path in (*SECURITY, *mine) for trouble in look(owner, path)] == []
    staff = visitor(app, browser, port, people.staff, **seen)  # type: ignore[arg-type]
    assert [trouble for path in (*RISK, *theirs) for trouble in look(staff, path)] == []
