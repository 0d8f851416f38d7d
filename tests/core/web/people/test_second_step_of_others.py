"""Second steps of others: consoles that ask their staff for one, and taking away that of somebody whose phone is lost."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from aerostic.audit.models import AuditEntry
from aerostic.cli.people import people
from aerostic.db import new_id, transaction, utcnow
from aerostic.identity.factor_models import Authenticator, Passkey, RecoveryCode
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.identity.session_models import UserSession
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.registry import runtime
from aerostic.tenancy.models import Member, Reseller, Tenant
from aerostic.testing.people import PASSWORD, Client, enter
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}
WHY = {"reason": "Phone lost, seen in person"}


def person(name: str = "Pia", tenants: dict[UUID, str] | None = None, *, lost: bool = False, **values: Any) -> User:
    """Somebody with roles in workspaces; `lost` with an app, a recovery code and a passkey."""
    with transaction(TESTS) as session:
        email = f"{new_id()}@people.example"
        user = create_user(session, email=email, name=name, password=PASSWORD, locale="en", **values)
        session.add_all(
            Member(tenant_id=tenant, user_id=user.id, role=role) for tenant, role in (tenants or {}).items()
        )
        if lost:
            app = Authenticator(user_id=user.id, confirmed_at=utcnow())
            app.seed = "JBSWY3DPEHPK3PXP"
            session.add_all((app, RecoveryCode(user_id=user.id, digest=b"1" * 32)))
            key = {"host": "app.localhost", "name": "Key", "credential_id": new_id().bytes, "public_key": b"k"}
            session.add(Passkey(user_id=user.id, sign_count=0, **key))
    return user


def browser(
    app: Flask, user: User, tenant_id: UUID | None = None, *, host: str = "app.localhost", factor: str = "password"
) -> Client:
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    enter(client, user.id, tenant_id, factor=factor)
    return client


def steps(user: User) -> int:
    tables = (Authenticator, RecoveryCode, Passkey)
    with transaction(TESTS) as session:
        return sum(session.scalar(select(func.count(t.id)).where(t.user_id == user.id)) or 0 for t in tables)


def resets(chain: UUID | None) -> list[tuple[str, str, str]]:
    mine = AuditEntry.tenant_id == chain, AuditEntry.area == "session"
    with transaction(TESTS) as session:
        found = [orjson.loads(body) for body in session.scalars(select(AuditEntry.body).where(*mine))]
    return [
        (one["actor"], one["target"], one["reason"]) for one in found if one["action"] == "session.second_step_reset"
    ]


@pytest.fixture
def shop(app: Flask) -> Tenant:
    return make_tenant(plugins=())


@pytest.fixture
def asking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that asks its staff for a second step."""
    monkeypatch.setattr(runtime().settings, "staff_second_step", True)


def test_the_platforms_console_opens_only_to_more_than_a_password(app: Flask, asking: None) -> None:
    chief = person(staff="platform")
    client = browser(app, chief, host="admin.localhost")
    for path in ("/overview", "/tenants", "/outbox", "/audit-log", "/platform/p/pricing/"):
        assert (path, client.get(path, headers=PAGE).location) == (path, "/profile/second-step")
    assert (
        client.post_form("/tenants/" + str(new_id()) + "/state", {"state": "suspended"}).location
        == "/profile/second-step"
    )
    page = client.get("/profile/second-step", headers=PAGE)
    assert (page.status_code, "Your console opens only to who signs in with a second step" in page.text) == (200, True)
    for factor in ("totp", "recovery", "passkey"):
        assert (
            browser(app, chief, host="admin.localhost", factor=factor).get("/tenants", headers=PAGE).status_code == 200
        )


def test_a_platform_that_does_not_ask_says_so(app: Flask) -> None:
    page = browser(app, person(staff="platform"), host="admin.localhost").get("/overview", headers=PAGE)
    assert (page.status_code, "AEROSTIC_STAFF_SECOND_STEP=true" in page.text) == (200, True)


def test_a_reseller_asks_its_own_staff_where_it_says_so(app: Flask) -> None:
    reseller, other = make_reseller(), make_reseller()
    ann, eve = person(staff="reseller", reseller_id=reseller.id), person(staff="reseller", reseller_id=other.id)
    plain = browser(app, ann)
    assert plain.get("/reseller", headers=PAGE).status_code == 200
    assert plain.post_form("/reseller/access", {"second_step": "1"}).status_code == 422
    safe = browser(app, ann, factor="totp")
    assert safe.post_form("/reseller/access", {"second_step": "1"}).status_code == 303
    assert plain.get("/reseller", headers=PAGE).location == "/profile/second-step"
    assert plain.get("/reseller/p/pricing/", headers=PAGE).location == "/profile/second-step"
    assert browser(app, eve).get("/reseller", headers=PAGE).status_code == 200
    safe.post_form("/reseller/access", {})
    with transaction(TESTS) as session:
        assert session.get_one(Reseller, reseller.id).second_step is False


def test_an_owner_takes_a_members_second_step_away(app: Flask, shop: Tenant) -> None:
    owner, pia = person(tenants={shop.id: "owner"}), person(tenants={shop.id: "agent"}, lost=True)
    theirs, client = browser(app, pia, shop.id), browser(app, owner, shop.id)
    with transaction(TESTS) as session:
        member = session.scalars(select(Member.id).where(Member.user_id == pia.id)).one()
    here = f"/team/{member}"
    assert "Take the second step away" in client.get(here, headers=PAGE).text
    assert client.post_form(f"{here}/second-step", {"reason": ""}).status_code == 422
    assert steps(pia) == 3
    assert client.post_form(f"{here}/second-step", WHY).status_code == 303
    assert steps(pia) == 0
    assert theirs.get("/", headers=PAGE).location.startswith("/sign-in")
    assert resets(shop.id) == [(f"user:{owner.id}", f"user:{pia.id}", WHY["reason"])]
    with transaction(TESTS) as session:
        letter = letter_of(session.scalars(select(Mail).where(Mail.kind == "sign_in_changed")).one())
        assert session.scalar(select(func.count(UserSession.id)).where(UserSession.user_id == pia.id)) == 0
    assert letter is not None and (letter.recipient, "taken away" in letter.text) == (pia.email, True)
    assert "Take the second step away" not in client.get(here, headers=PAGE).text


@pytest.mark.parametrize(
    "case", ["elsewhere, too", "an owner, by an admin", "oneself", "staff", "by an agent", "of another workspace"]
)
def test_nobody_else_has_it_taken_away(app: Flask, shop: Tenant, case: str) -> None:
    other, role, by = make_tenant(plugins=()), "agent", "admin"
    where, values = {shop.id: role}, {}
    if case == "elsewhere, too":
        where[other.id] = role
    elif case == "an owner, by an admin":
        where = {shop.id: "owner"}
    elif case == "staff":
        values = {"staff": "reseller", "reseller_id": make_reseller().id}
    elif case == "by an agent":
        by = "agent"
    elif case == "of another workspace":
        where = {other.id: role}
    pia = person(tenants=where, lost=True, **values)
    with transaction(TESTS) as session:
        if case == "oneself":
            session.scalars(select(Member).where(Member.user_id == pia.id)).one().role = "admin"
        member = session.scalars(select(Member.id).where(Member.user_id == pia.id)).first()
    who = pia if case == "oneself" else person(tenants={shop.id: by})
    answer = browser(app, who, shop.id).post_form(f"/team/{member}/second-step", WHY)
    assert answer.status_code == (404 if case == "of another workspace" else 403)
    assert (steps(pia), resets(shop.id)) == (3, [])


def test_the_platforms_staff_take_it_away_in_every_chain_that_it_concerns(app: Flask, shop: Tenant) -> None:
    other, chief = make_tenant(plugins=()), person(staff="platform")
    pia = person(tenants={shop.id: "owner", other.id: "agent"}, lost=True)
    client = browser(app, chief, host="admin.localhost")
    here = f"/tenants/{shop.id}/second-step"
    assert client.get(here, headers=PAGE).status_code == 200
    assert client.post_form(here, {"email": pia.email}).status_code == 422
    assert client.post_form(here, {"email": chief.email} | WHY).status_code == 422
    assert client.post_form(f"/tenants/{make_tenant().id}/second-step", {"email": pia.email} | WHY).status_code == 422
    assert steps(pia) == 3
    assert client.post_form(here, {"email": pia.email} | WHY).status_code == 303
    assert steps(pia) == 0
    for chain in (shop.id, other.id):
        assert resets(chain) == [(f"user:{chief.id}", f"user:{pia.id}", WHY["reason"])]
    assert client.post_form(here, {"email": pia.email} | WHY).status_code == 422


def test_the_operator_takes_that_of_the_platforms_own_people_away(app: Flask) -> None:
    chief = person(staff="platform", lost=True)
    signed_in = browser(app, chief, host="admin.localhost")
    done = CliRunner().invoke(people, ["reset-second-step", chief.email or "", "--reason", WHY["reason"]])
    assert (done.exit_code, steps(chief)) == (0, 0)
    assert resets(None) == [("system", f"user:{chief.id}", WHY["reason"])]
    assert signed_in.get("/overview", headers=PAGE).location.startswith("/sign-in")
    with transaction(TESTS) as session:
        letter = letter_of(session.scalars(select(Mail).where(Mail.kind == "sign_in_changed")).one())
    assert letter is not None and (letter.recipient, "taken away" in letter.text) == (chief.email, True)


@pytest.mark.parametrize("reason", ["", "lost", "x" * 301])
def test_the_operator_says_why(app: Flask, reason: str) -> None:
    chief = person(staff="platform", lost=True)
    done = CliRunner().invoke(people, ["reset-second-step", chief.email or "", "--reason", reason])
    assert (done.exit_code, steps(chief)) == (2, 3)


def test_who_works_in_a_workspace_is_left_to_those_who_know_them(app: Flask, shop: Tenant) -> None:
    pia = person(tenants={shop.id: "owner"}, lost=True)
    done = CliRunner().invoke(people, ["reset-second-step", pia.email or "", "--reason", WHY["reason"]])
    assert (done.exit_code, "ask them" in done.output, steps(pia), resets(shop.id)) == (1, True, 3, [])


def test_where_there_is_nothing_to_take_away_the_operator_is_told(app: Flask) -> None:
    for email in (person().email or "", "nobody@people.example"):
        done = CliRunner().invoke(people, ["reset-second-step", email, "--reason", WHY["reason"]])
        assert (done.exit_code, "Check the address" in done.output) == (1, True)
