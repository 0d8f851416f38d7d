"""The team's pages: inviting, roles, leaving; what is refused is said at its field and nothing typed is lost."""

import re

import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.invitations import open_invitations
from aerostic.identity.people import create_user
from aerostic.identity.team import team
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.tenancy.models import Host, Member
from aerostic.tenancy.plugins import enable_plugin
from aerostic.testing.people import PASSWORD, Client, sign_in
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
BEA = "bea@shop.example"
CHOSEN = {"name": "Bea", "password": "correct horse battery"}


@pytest.fixture
def tenant(app: Flask):
    return make_tenant(plugins=(), name="Corner Shop")


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    return sign_in(app, tenant.id, "owner", HOST)


@pytest.fixture
def stranger(app: Flask) -> Client:
    client = Client(app, app.response_class, use_cookies=True)
    client.host = HOST
    return client


def invite(client: Client, email: str = BEA, role: str = "agent"):
    return client.post_form("/team/invite", {"email": email, "role": role})


def letters():
    with transaction(TESTS) as session:
        return [letter_of(mail) for mail in session.query(Mail).order_by(Mail.id)]


def path_in(text: str) -> str:
    return re.search(r"http://[\w.]+:8800(/\S+)", text)[1]


def members(tenant) -> dict[str, str]:
    with transaction(tenant_scope(tenant.id)) as session:
        return {user.email: member.role for member, user in session.execute(team(tenant.id))}


def member_id(tenant, role: str) -> str:
    with transaction(tenant_scope(tenant.id)) as session:
        return str(session.query(Member).filter_by(role=role).one().id)


def test_somebody_is_invited_by_mail_and_joins(owner, tenant, stranger):
    assert invite(owner).location == "/team"
    page = owner.get("/team", headers=PAGE).text
    assert BEA in page and "kept in the outbox" in page
    (letter,) = letters()
    assert letter.subject == "Join Corner Shop on Aerostic"
    assert "Kit asks you to join the workspace Corner Shop on Aerostic." in letter.text
    link = path_in(letter.text)
    assert link in letter.html
    assert "Join Corner Shop" in stranger.get(link, headers=PAGE).text
    assert stranger.post_form(link, CHOSEN).location == "/"
    assert members(tenant)[BEA] == "agent"
    assert "Corner Shop" in stranger.get("/", headers=PAGE).text
    assert stranger.get(link, headers=PAGE).status_code == 404


def test_a_wrong_field_is_told_and_the_rest_is_kept(owner, stranger):
    answer = invite(owner, "nobody", "marketer")
    assert answer.status_code == 422
    assert "An e-mail address looks like name@example.org." in answer.text
    assert 'value="nobody"' in answer.text and re.search(r'value="marketer" checked', answer.text)
    invite(owner)
    answer = stranger.post_form(path_in(letters()[0].text), {"name": "Bea", "password": "tiny-pw1"})
    assert answer.status_code == 422
    assert "at least 10 characters" in answer.text and 'value="Bea"' in answer.text
    assert "tiny-pw1" not in answer.text


def test_a_password_that_is_easily_guessed_keeps_the_invitation_open(owner, stranger):
    invite(owner)
    link = path_in(letters()[0].text)
    answer = stranger.post_form(link, {"name": "Bea", "password": "password12"})
    assert answer.status_code == 422 and "This password is easy to guess" in answer.text
    assert stranger.post_form(link, CHOSEN).location == "/"


def test_who_has_an_account_signs_in_to_join(app: Flask, owner, tenant, stranger):
    with transaction(TESTS) as session:
        create_user(session, email=BEA, name="Bea", password=PASSWORD)
    invite(owner)
    link = path_in(letters()[0].text)
    assert f"/sign-in?next={link}" in stranger.get(link, headers=PAGE).text
    assert stranger.post_form(link, CHOSEN).location == f"/sign-in?next={link}"
    assert stranger.post_form("/sign-in", {"email": BEA, "password": PASSWORD, "next": link}).location == link
    assert stranger.post_form(link).location == "/"
    assert members(tenant)[BEA] == "agent"


def test_somebody_else_who_is_signed_in_cannot_use_the_link(app: Flask, owner, tenant):
    invite(owner)
    link, eve = path_in(letters()[0].text), sign_in(app, make_tenant().id, "owner", HOST)
    assert "You are signed in as somebody else." in eve.get(link, headers=PAGE).text
    assert eve.post_form(link, CHOSEN).location == link
    assert BEA not in members(tenant) and len(members(tenant)) == 1


def test_sending_again_and_taking_back(owner, tenant, stranger):
    invite(owner)
    with transaction(tenant_scope(tenant.id)) as session:
        (row,) = open_invitations(session, tenant.id)
    owner.post_form(f"/team/invitations/{row.id}/again")
    first, second = (path_in(letter.text) for letter in letters())
    assert stranger.get(first, headers=PAGE).status_code == 404
    assert stranger.get(second, headers=PAGE).status_code == 200
    owner.post_form(f"/team/invitations/{row.id}/revoke")
    assert stranger.get(second, headers=PAGE).status_code == 404
    assert owner.post_form(f"/team/invitations/{row.id}/again").status_code == 404


def test_mail_of_a_resellers_tenant_bears_its_name_and_leads_to_its_host(app: Flask, stranger):
    reseller = make_reseller(name="Northwind")
    tenant = make_tenant(reseller_id=reseller.id, plugins=())
    with transaction(TESTS) as session:
        session.add(Host(name="chat.northwind.example", reseller_id=reseller.id, verified_at=utcnow()))
    invite(sign_in(app, tenant.id, "owner", HOST))
    (letter,) = letters()
    assert letter.sender == "Northwind"
    assert "https://chat.northwind.example/invites/" in letter.text
    assert "aerostic" not in (letter.text + letter.html + letter.subject).lower()


def test_an_invitation_of_one_reseller_is_not_there_on_anothers_host(app: Flask, owner, stranger):
    with transaction(TESTS) as session:
        session.add(Host(name="other.example", reseller_id=make_reseller().id, verified_at=utcnow()))
    invite(owner)
    stranger.host = "other.example"
    answer = stranger.get(path_in(letters()[0].text), headers=PAGE)
    assert answer.status_code == 404 and "Corner Shop" not in answer.text


def test_an_admin_makes_no_owners(app: Flask, owner, tenant):
    admin = sign_in(app, tenant.id, "admin", HOST)
    assert 'value="owner"' not in admin.get("/team/invite", headers=PAGE).text
    assert "Only an owner" in invite(admin, role="owner").text
    path = f"/team/{member_id(tenant, 'owner')}"
    assert admin.post_form(path, {"role": "viewer"}).status_code == 422
    admin.post_form(f"{path}/remove")
    assert sorted(members(tenant).values()) == ["admin", "owner"]


def test_a_role_counts_from_the_next_click_on(app: Flask, owner, tenant):
    agent = sign_in(app, tenant.id, "agent", HOST)
    assert agent.get("/wallet", headers=PAGE).status_code == 403
    assert owner.post_form(f"/team/{member_id(tenant, 'agent')}", {"role": "viewer"}).location == "/team"
    assert agent.get("/wallet", headers=PAGE).status_code == 200
    owner.post_form(f"/team/{member_id(tenant, 'viewer')}/remove")
    assert agent.get("/wallet", headers=PAGE).location == "/workspaces"


def test_the_last_owner_stays(owner, tenant):
    path = f"/team/{member_id(tenant, 'owner')}"
    answer = owner.post_form(path, {"role": "viewer"})
    assert answer.status_code == 422 and "The last owner has to stay." in answer.text
    owner.post_form("/workspaces/leave", {"id": str(tenant.id)})
    assert "The last owner has to stay." in owner.get("/workspaces", headers=PAGE).text
    assert list(members(tenant).values()) == ["owner"]


@pytest.mark.parametrize("path", ["/team/invite", "/team/{member}", "/team/{member}/remove"])
def test_only_who_may_changes_the_team(app: Flask, owner, tenant, path):
    path = path.format(member=member_id(tenant, "owner"))
    viewer = sign_in(app, tenant.id, "viewer", HOST)
    assert viewer.post_form(path, {"role": "viewer", "email": BEA}).status_code == 403
    assert BEA not in viewer.get("/team", headers=PAGE).text


def test_another_tenants_people_are_not_there(app: Flask, owner, tenant):
    other = make_tenant(plugins=())
    sign_in(app, other.id, "viewer", HOST)
    theirs = member_id(other, "viewer")
    assert owner.get(f"/team/{theirs}", headers=PAGE).status_code == 404
    assert owner.post_form(f"/team/{theirs}/remove").status_code == 404
    assert owner.post_form(f"/team/invitations/{new_id()}/revoke").status_code == 404
    assert len(members(other)) == 1


def test_the_matrix_says_what_roles_may_do_with_the_plugins_that_are_on(app: Flask, owner, tenant):
    own = "See campaigns and their results"
    page = owner.get("/team/roles", headers=PAGE).text
    assert "Answer people" in page and own not in page
    with transaction(tenant_scope(tenant.id)) as session:
        enable_plugin(session, tenant.id, "campaigns")
    assert own in owner.get("/team/roles", headers=PAGE).text
