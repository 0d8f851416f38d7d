"""Staff at work in somebody else's workspace: the way in, what is closed to them, who learns of it, and every end of it."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from aerostic.audit.models import AuditEntry
from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.impersonation import end_overdue
from aerostic.identity.impersonation_models import Impersonation
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.identity.session_models import UserSession
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.tenancy.hosts import hosts
from aerostic.tenancy.models import Host, Member, Tenant
from aerostic.testing.people import PASSWORD, Client, enter
from aerostic.web.pages.access import MARK
from aerostic.web.support.gate import OPEN
from tests.support.factories import TESTS, make_reseller, make_tenant
from tests.support.flags import flag_address

PAGE = {"Accept": "text/html"}
FORM = {"reason": "Ticket 4711: import fails", "minutes": "15"}
CLOSED = (
    "/profile", "/profile/second-step", "/profile/passkeys", "/profile/sessions", "/workspaces", "/settings",
    "/settings/keys", "/settings/keys/new",
    "/plugins", "/plugins/campaigns", "/team/invite", "/wallet/top-up", "/audit", "/numbers/connect",
    "/contacts/export", "/reseller", "/reseller/credits", "/sign-in", "/sign-in/forgot", "/p/campaigns/new",
)  # fmt: skip


def browser(app: Flask, host: str) -> Client:
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    return client


def make_staff(kind: str, reseller_id: UUID | None = None) -> User:
    with transaction(TESTS) as session:
        values = {"email": f"{new_id()}@staff.example", "name": "Sam Staff", "password": PASSWORD}
        return create_user(session, **values, staff=kind, reseller_id=reseller_id)


@pytest.fixture
def shop(app: Flask) -> Tenant:
    return make_tenant(plugins=("campaigns",), name="Maple Shop")


@pytest.fixture
def owner(shop: Tenant) -> User:
    with transaction(TESTS) as session:
        user = create_user(session, email="owner@maple.example", name="Ola Owner", password=PASSWORD, locale="en")
        session.add(Member(tenant_id=shop.id, user_id=user.id, role="owner"))
    return user


@pytest.fixture
def console(app: Flask) -> Client:
    client = browser(app, "admin.localhost")
    enter(client, make_staff("platform").id)
    return client


def link(console: Client, path: str, **form: str) -> str:
    """The address that opens the workspace."""
    answer = console.post_form(path, FORM | form)
    found = re.search(r'href="([^"]*/support/enter\?key=[^"]+)"', answer.text)
    assert (answer.status_code, bool(found)) == (200, True), answer.text
    return found[1]  # type: ignore[index]


def key(address: str) -> str:
    return "/support" + address.partition("/support")[2]


@pytest.fixture
def inside(app: Flask, console: Client, shop: Tenant, owner: User) -> Client:
    """A browser that has opened the workspace."""
    client = browser(app, "app.localhost")
    assert client.get(key(link(console, f"/tenants/{shop.id}/work-as")), headers=PAGE).location == "/"
    return client


def row() -> Impersonation:
    with transaction(TESTS) as session:
        return session.scalars(select(Impersonation)).one()


def change(**values: Any) -> None:
    with transaction(TESTS) as session:
        session.execute(update(Impersonation).values(**values))


def acts(chain: UUID | None) -> list[dict[str, Any]]:
    mine = AuditEntry.tenant_id == chain, AuditEntry.area == "impersonation"
    with transaction(TESTS) as session:
        return [
            orjson.loads(body)
            for body in session.scalars(select(AuditEntry.body).where(*mine).order_by(AuditEntry.seq))
        ]


def is_in(client: Client) -> bool:
    return client.get("/", headers=PAGE).status_code == 200


def test_the_workspace_opens_with_a_banner_on_its_pages(inside: Client) -> None:
    for path in ("/", "/contacts", "/conversations", "/wallet", "/team", "/team/roles", "/p/campaigns/"):
        page = inside.get(path, headers=PAGE)
        assert (path, page.status_code) == (path, 200)
        assert "Sam Staff, you work as Maple Shop. 15 minutes left." in page.text.replace("\n", " ")
        assert 'action="/support/end"' in page.text and "/sign-out" not in page.text


@pytest.mark.parametrize(
    "form", [{"reason": ""}, {"reason": "why"}, {"minutes": "61"}, {"minutes": ""}, {"minutes": "600"}]
)
def test_nobody_comes_in_without_a_reason_or_for_longer(console: Client, shop: Tenant, form: dict[str, str]) -> None:
    assert console.post_form(f"/tenants/{shop.id}/work-as", FORM | form).status_code == 422
    assert acts(None) == []


def test_a_link_opens_once_within_a_minute_and_at_its_host(app: Flask, console: Client, shop: Tenant) -> None:
    first = key(link(console, f"/tenants/{shop.id}/work-as"))
    assert browser(app, "admin.localhost").get(first, headers=PAGE).status_code == 404
    assert browser(app, "app.localhost").get(first, headers=PAGE).status_code == 303
    again = browser(app, "app.localhost")
    assert again.get(first, headers=PAGE).status_code == 410
    assert again.get("/", headers=PAGE).location.startswith("/sign-in")
    second = key(link(console, f"/tenants/{shop.id}/work-as"))
    change(created_at=utcnow() - timedelta(seconds=61))
    assert again.get(second, headers=PAGE).status_code == 410
    assert again.get("/support/enter?key=guess", headers=PAGE).status_code == 410
    assert again.get("/support/enter", headers=PAGE).status_code == 410


def test_a_link_of_a_resellers_workspace_opens_at_no_other_host(app: Flask, console: Client) -> None:
    reseller = make_reseller()
    with transaction(TESTS) as session:
        session.add(Host(name="chat.tern.example", reseller_id=reseller.id, verified_at=utcnow()))
    hosts.drop()
    shop = make_tenant(reseller_id=reseller.id)
    address = link(console, f"/tenants/{shop.id}/work-as")
    assert address.startswith("https://chat.tern.example/support/enter")
    assert browser(app, "app.localhost").get(key(address), headers=PAGE).status_code == 410
    there = browser(app, "chat.tern.example")
    assert there.get(key(address), headers=PAGE).status_code == 303
    assert is_in(there)
    cookie = there.get_cookie("__Host-session", domain="chat.tern.example")
    elsewhere = browser(app, "app.localhost")
    elsewhere.set_cookie("__Host-session", cookie.value, domain="app.localhost", secure=True)
    assert not is_in(elsewhere)


@pytest.mark.parametrize("path", CLOSED)
def test_secrets_access_money_and_data_stay_closed(inside: Client, path: str) -> None:
    answers = [inside.get(path, headers=PAGE), inside.post_form(path, headers=PAGE)]
    refused = [answer for answer in answers if answer.status_code == 403]
    assert refused and {answer.status_code for answer in answers} <= {403, 405}
    assert all("Not while you work for somebody else" in answer.text for answer in refused)


def paths(app: Flask) -> list[tuple[str, str, str]]:
    """Each route as endpoint, method and a path that leads there."""
    found = []
    adapter = app.url_map.bind("app.localhost")
    for rule in app.url_map.iter_rules():
        values: dict[str, Any] = {}
        for name, converter in rule._converters.items():
            kind = type(converter).__name__
            fixed = {
                "UUIDConverter": new_id(),
                "IntegerConverter": 1,
                "AnyConverter": next(iter(getattr(converter, "items", ["x"]))),
            }
            values[name] = fixed.get(kind, "x")
        path = adapter.build(rule.endpoint, values, force_external=False)
        found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})]
    return found


def test_every_route_that_does_not_say_it_is_for_support_is_closed(app: Flask, inside: Client) -> None:
    """Default deny: whoever adds a page, in the core or in a plugin, has to open it."""
    asked = {name: getattr(view, MARK, None) for name, view in app.view_functions.items()}
    free = {"healthz", "readyz", "metrics", *OPEN}
    opened = set()
    for endpoint, method, path in paths(app):
        if endpoint in free or endpoint.endswith(".static") or path.startswith(("/static/", "/t/", "/brand/")):
            continue
        call = inside.get if method == "GET" else lambda path, **n: inside.open(path, method=method, **n)  # noqa: B023
        answer = call(path, headers=PAGE) if method != "POST" else inside.post_form(path, headers=PAGE)
        if answer.status_code not in (403, 404, 405):
            opened.add(asked[endpoint].permission if asked[endpoint] else endpoint)
    assert opened == {
        "", "contacts.view", "contacts.edit", "conversations.view", "templates.view", "templates.sync", "wallet.view",
        "channels.view", "members.view", "campaigns.view",
    }  # fmt: skip


def test_a_resellers_staff_come_into_its_own_workspaces_only(app: Flask) -> None:
    reseller, other = make_reseller(), make_reseller()
    client = browser(app, "app.localhost")
    enter(client, make_staff("reseller", reseller.id).id)
    mine, theirs, direct = make_tenant(reseller_id=reseller.id), make_tenant(reseller_id=other.id), make_tenant()
    for tenant in (theirs, direct):
        assert client.post_form(f"/reseller/tenants/{tenant.id}/work-as", FORM).status_code == 404
        assert client.post_form(f"/tenants/{tenant.id}/work-as", FORM).status_code == 404
    address = link(client, f"/reseller/tenants/{mine.id}/work-as")
    assert client.get(key(address), headers=PAGE).status_code == 303
    assert is_in(client)
    with transaction(TESTS) as session:
        session.execute(update(Tenant).where(Tenant.id == mine.id).values(reseller_id=other.id))
    assert not is_in(client)


def test_on_one_host_with_the_console_ones_own_session_comes_back(app: Flask) -> None:
    reseller = make_reseller()
    client = browser(app, "app.localhost")
    enter(client, make_staff("reseller", reseller.id).id)
    here = f"/reseller/tenants/{make_tenant(reseller_id=reseller.id).id}"
    client.get(key(link(client, f"{here}/work-as")), headers=PAGE)
    assert client.get("/reseller", headers=PAGE).status_code == 403
    assert client.post_form("/support/end").location.endswith(here)
    assert client.get(here, headers=PAGE).status_code == 200
    client.get(key(link(client, f"{here}/work-as")), headers=PAGE)
    change(ends_at=utcnow() - timedelta(seconds=1))
    assert client.get(here, headers=PAGE).status_code == 200


def test_nobody_elses_session_comes_back(app: Flask, console: Client, shop: Tenant, owner: User) -> None:
    client = browser(app, "app.localhost")
    enter(client, owner.id, shop.id)
    client.get(key(link(console, f"/tenants/{shop.id}/work-as")), headers=PAGE)
    client.post_form("/support/end")
    assert client.get("/", headers=PAGE).location.startswith("/sign-in")


@pytest.mark.parametrize("kind", ["", "owner"])
def test_others_have_no_such_page(app: Flask, shop: Tenant, owner: User, kind: str) -> None:
    client = browser(app, "app.localhost")
    if kind:
        enter(client, owner.id, shop.id)
    for path in (f"/tenants/{shop.id}/work-as", f"/reseller/tenants/{shop.id}/work-as"):
        assert client.post_form(path, FORM).status_code in (303, 403, 404)
    assert acts(shop.id) == []


def test_both_chains_tell_who_why_and_in_whose_name(inside: Client, shop: Tenant) -> None:
    page = inside.post_form("/support/end")
    assert (page.status_code, f"/tenants/{shop.id}" in page.text, "support-bar" in page.text) == (200, True, False)
    assert not is_in(inside)
    for chain in (shop.id, None):
        started, ended = acts(chain)
        assert (started["action"], started["reason"]) == ("impersonation.started", FORM["reason"])
        assert started["actor"] == f"user:{row().user_id}"
        assert started["after"] == {"by": "Sam Staff", "minutes": 15}
        assert (ended["actor"], ended["impersonator"]) == (f"tenant:{shop.id}", str(row().user_id))
        assert ended["after"] == {"by": "Sam Staff", "how": "button"}


def test_what_is_done_meanwhile_names_both(app: Flask, inside: Client, shop: Tenant, owner: User) -> None:
    inside.post_form("/support/end")
    page = browser(app, "app.localhost")
    enter(page, owner.id, shop.id)
    text = page.get("/audit", headers=PAGE).text
    assert "Sam Staff" in text and "in the name of Maple Shop" in text and FORM["reason"] in text


def test_the_owners_are_told_by_mail(inside: Client, owner: User) -> None:
    with transaction(TESTS) as session:
        mail = session.scalars(select(Mail).where(Mail.kind == "support")).one()
        letter = letter_of(mail)
    assert letter is not None and letter.recipient == "owner@maple.example"
    assert letter.subject == "Support works in Maple Shop"
    assert "Sam Staff" in letter.text and FORM["reason"] in letter.text and FORM["reason"] in letter.html


@pytest.mark.parametrize(
    ("change_it", "how"),
    [
        (
            lambda session, found: session.execute(
                update(Impersonation).values(ends_at=utcnow() - timedelta(seconds=1))
            ),
            "time",
        ),
        (lambda session, found: session.delete(session.get_one(UserSession, found.session_id)), "session"),
    ],
    ids=["time", "session"],
)
def test_it_ends_by_itself_and_that_is_noted(inside: Client, shop: Tenant, change_it: Any, how: str) -> None:
    assert is_in(inside)
    with transaction(TESTS) as session:
        change_it(session, row())
    assert not is_in(inside)
    for _ in range(2):
        end_overdue()
    assert [(act["actor"], act["after"]["how"]) for act in acts(shop.id)[1:]] == [("system", how)]


def test_who_is_no_longer_of_the_staff_is_out(inside: Client) -> None:
    with transaction(TESTS) as session:
        session.get_one(User, row().user_id).staff = ""
    assert not is_in(inside)


def test_a_workspace_that_asks_for_a_second_step_asks_staff_for_it_too(console: Client, shop: Tenant) -> None:
    with transaction(TESTS) as session:
        session.get_one(Tenant, shop.id).second_step = True
    answer = console.post_form(f"/tenants/{shop.id}/work-as", FORM)
    assert (answer.status_code, "asks for a second step" in answer.text) == (422, True)


def test_a_workspace_lets_nobody_in_by_itself(inside: Client, shop: Tenant) -> None:
    with pytest.raises(ProgrammingError), transaction(tenant_scope(shop.id)) as session:
        session.execute(update(Impersonation).values(ends_at=utcnow() + timedelta(days=1)))
    with transaction(tenant_scope(make_tenant().id)) as session:
        assert session.scalars(select(Impersonation)).all() == []


def test_the_platforms_people_work_in_a_workspace_from_a_blocked_address_too(inside: Client) -> None:
    flag_address("127.0.0.1", "block")
    assert inside.get("/", headers=PAGE).status_code == 200
