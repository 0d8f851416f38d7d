"""Every page, as each kind of person sees it: it opens, nothing goes wrong in it, and everybody can use it.

In light and dark, on a reseller's host, from right to left, and on a phone: no serious finding, no error in the console (a
violation of the content policy is one), nothing wider than the screen.
"""

from collections.abc import Callable

import pytest

from tests.e2e.face.conftest import Demo
from tests.e2e.face.visitor import Visitor, first_load

pytestmark = pytest.mark.chromium
OWNER, PLATFORM, RESELLER = "owner@maple.example", "platform@aerostic.example", "reseller@northwind.example"
WORKSPACE = (
    "/",
    "/conversations",
    "/contacts",
    "/contacts/new",
    "/contacts/tags",
    "/contacts/imports",
    "/contacts/imports/new",
    "/p/campaigns/",
    "/p/campaigns/new",
    "/templates",
    "/wallet",
    "/numbers",
    "/numbers/connect",
    "/team",
    "/plugins",
    "/settings",
    "/settings/keys",
    "/settings/data",
    "/audit",
    "/security",
    "/security/actions",
    "/security/signals",
    "/security/sign-ins",
    "/security/keys",
    "/profile",
    "/profile/sessions",
    "/profile/second-step",
    "/profile/passkeys",
    "/workspaces",
)
# The first of each list that leads to a page of its own.
DETAILS = ("/contacts", "/p/campaigns/", "/templates", "/numbers", "/conversations", "/plugins")
CONSOLE = (
    "/overview",
    "/resellers",
    "/tenants",
    "/credits",
    "/ledger",
    "/ledger/accounts",
    "/reconciliation",
    "/audit-log",
    "/risk",
    "/risk/incidents",
    "/risk/map",
    "/risk/decisions",
    "/risk/appeals",
    "/risk/overrides",
    "/risk/overrides/new",
    "/risk/policy",
    "/risk/policy/new",
    "/risk/detectors",
    "/risk/models",
    "/platform/p/pricing/",
    "/platform/p/pricing/card",
    "/platform/p/pricing/books",
    "/platform/p/refunds/",
    "/platform/p/refunds/all",
    "/queues",
    "/outbox",
)
# Of a workspace that buys from the platform itself.
PAYING = ("/wallet", "/wallet/payments", "/wallet/top-up")
OWN = (
    "/reseller",
    "/reseller/credits",
    "/reseller/credits/earnings",
    "/reseller/credits/statement",
    "/reseller/credits/requests",
    "/reseller/p/pricing/",
    "/reseller/p/pricing/books",
    "/reseller/p/refunds/",
    "/reseller/p/refunds/all",
    "/reseller/brand",
    "/reseller/domains",
    "/reseller/access",
)
# What is done with credits and prices on the page behind the first row of a list.
ACTS = {
    "/resellers": ("", "/sell"),
    "/tenants": ("", "/credit", "/payments"),
    "/platform/p/pricing/books": ("", "/new"),
    "/reseller": ("", "/allocate", "/take-back"),
    "/reseller/p/pricing/books": ("", "/new"),
}
FIRST_LOAD = 150_000
Visit = Callable[..., Visitor]


def look(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with a page."""
    visitor.troubles.clear()
    page = visitor.open(path)
    found = [*visitor.troubles, *visitor.axe()]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("wider than the screen")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    return [f"{path}: {trouble}" for trouble in found]


def details(visitor: Visitor) -> list[str]:
    """The page behind the first row of each list, and those that follow the money of a campaign and of a message."""
    found = []
    for path in DETAILS:
        link = visitor.open(path).locator("main a.row-link").first
        if link.count():
            found.append(link.get_attribute("href") or "")
    visitor.open("/p/campaigns/").get_by_role("link", name="Welcome offer").click()
    visitor.page.wait_for_load_state("load")
    for kind in ("batches", "messages"):
        link = visitor.page.locator(f"main a[href^='/wallet/{kind}/']").first
        found.append(link.get_attribute("href") or "")
    return found


def acts(visitor: Visitor, path: str) -> list[str]:
    """The page behind the first row of a console's list, and the pages of what is done there."""
    first = visitor.open(path).locator("main a.row-link").first.get_attribute("href")
    return [f"{first}{act}" for act in ACTS[path]]


@pytest.mark.parametrize(("mode", "locale"), [("light", "en"), ("dark", "en"), ("light", "ar")])
def test_every_page_of_a_workspace(visit: Visit, mode: str, locale: str) -> None:
    visitor = visit(OWNER, mode=mode, locale=locale)
    assert visitor.open("/").evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
    troubles = [trouble for path in (*WORKSPACE, *details(visitor)) for trouble in look(visitor, path)]
    assert troubles == []


def test_every_page_of_a_workspace_on_a_phone(visit: Visit) -> None:
    visitor = visit(OWNER, width=390, height=844)
    troubles = [trouble for path in (*WORKSPACE, *details(visitor)) for trouble in look(visitor, path)]
    assert troubles == []


def test_every_page_on_a_resellers_host(visit: Visit) -> None:
    visitor = visit(OWNER, "northwind")
    troubles = [trouble for path in (*WORKSPACE, *details(visitor)) for trouble in look(visitor, path)]
    assert troubles == []


SEEN = pytest.mark.parametrize(
    "seen",
    [{}, {"mode": "dark"}, {"locale": "ar"}, {"width": 390, "height": 844}],
    ids=["light", "dark", "ar", "phone"],
)


@SEEN
def test_the_pages_of_paying(visit: Visit, seen: dict[str, object]) -> None:
    visitor = visit("owner@harbour.example", **seen)
    assert [trouble for path in PAYING for trouble in look(visitor, path)] == []


@SEEN
def test_the_consoles(visit: Visit, seen: dict[str, object]) -> None:
    platform, reseller = visit(PLATFORM, "admin", **seen), visit(RESELLER, "northwind", **seen)
    books = "/platform/p/pricing/books"
    ours = (*CONSOLE, *acts(platform, "/resellers"), *acts(platform, "/tenants"), *acts(platform, books))
    theirs = (*OWN, *acts(reseller, "/reseller"), *acts(reseller, "/reseller/p/pricing/books"))
    assert [trouble for path in ours for trouble in look(platform, path)] == []
    assert [trouble for path in theirs for trouble in look(reseller, path)] == []


def test_a_language_that_somebody_chooses_goes_before_the_browsers(visit: Visit) -> None:
    visitor = visit("viewer@riverside.example")
    page = visitor.open("/profile")
    page.select_option("select[name=locale]", "ar")
    with page.expect_navigation():
        page.locator("main form").first.locator("button[type=submit]").first.click()
    assert page.evaluate("document.documentElement.dir") == "rtl"


@pytest.mark.parametrize("host", ["app", "northwind"])
def test_the_pages_before_signing_in(visit: Visit, host: str) -> None:
    visitor = visit(host=host)
    assert [trouble for path in ("/sign-in", "/sign-in/forgot") for trouble in look(visitor, path)] == []


def test_the_phone_of_the_emulator(visit: Visit) -> None:
    for width in (1280, 390):
        visitor = visit(host="emulator", width=width)
        visitor.open("/")
        assert (visitor.troubles, visitor.axe()) == ([], [])


def test_a_first_visit_takes_little(visit: Visit, demo: Demo) -> None:
    visitor = visit()
    assert first_load(visitor.page, demo.url("app", "/sign-in")) <= FIRST_LOAD
