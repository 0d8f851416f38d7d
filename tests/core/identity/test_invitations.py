"""Invitations: one live one an address and workspace, good once and for a week, and only owners make owners."""

from datetime import timedelta

import psycopg
import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity import invitations
from aerostic.identity.emails import EmailError
from aerostic.identity.invitations import InvitationError, NewInvitation, accept, accept_as_new, find_invited
from aerostic.identity.models import Invitation
from aerostic.identity.passwords import PasswordError
from aerostic.identity.people import create_user
from aerostic.tenancy.members import MemberError
from aerostic.tenancy.models import Member
from tests.support.factories import TESTS, make_tenant

PASSWORD = "correct horse battery"
BEA = "bea@shop.example"


@pytest.fixture
def tenant(app: Flask):
    return make_tenant(plugins=())


def invite(tenant, email: str = BEA, role: str = "agent", by: str = "owner") -> NewInvitation:
    with transaction(tenant_scope(tenant.id)) as session:
        return invitations.invite(session, tenant.id, email=email, role=role, invited_by=new_id(), by_role=by)


def members(tenant) -> list[tuple[str, str]]:
    with transaction(TESTS) as session:
        rows = session.query(Member).filter_by(tenant_id=tenant.id)
        return [(str(row.user_id), row.role) for row in rows]


def make_user(email: str = BEA):
    with transaction(TESTS) as session:
        return create_user(session, email=email, name="Bea", password=PASSWORD)


def test_somebody_new_joins_with_a_name_and_a_password(tenant):
    found = find_invited(invite(tenant, " Bea@Shop.example ").token)
    assert (found.email, found.tenant, found.role, found.known) == (BEA, tenant.name, "agent", False)
    user = accept_as_new(found, name="Bea", password=PASSWORD)
    assert members(tenant) == [(str(user.id), "agent")]


def test_a_link_is_good_once(tenant):
    made = invite(tenant)
    found = find_invited(made.token)
    accept_as_new(found, name="Bea", password=PASSWORD)
    assert find_invited(made.token) is None
    with pytest.raises(InvitationError, match="used or taken back"):
        accept_as_new(found, name="Eve", password=PASSWORD)
    assert len(members(tenant)) == 1


def test_a_refused_password_leaves_the_link_good(tenant):
    made = invite(tenant)
    with pytest.raises(PasswordError):
        accept_as_new(find_invited(made.token), name="Bea", password="short")
    assert find_invited(made.token)


def test_who_has_an_account_joins_with_it_and_nobody_else_does(tenant):
    bea, eve = make_user(), make_user("eve@shop.example")
    found = find_invited(invite(tenant).token)
    assert found.known
    with pytest.raises(InvitationError, match="another address"):
        accept(found, eve)
    accept(found, bea)
    assert members(tenant) == [(str(bea.id), "agent")]


def test_an_account_made_meanwhile_is_not_made_twice(tenant):
    found = find_invited(invite(tenant).token)
    make_user()
    with pytest.raises(InvitationError, match="has an account already"):
        accept_as_new(found, name="Bea", password=PASSWORD)


def test_the_table_holds_neither_address_nor_secret(tenant, admin: "psycopg.Connection"):
    made = invite(tenant)
    row = admin.execute("SELECT invitation::text FROM invitation").fetchone()[0]
    assert made.token not in row and BEA not in row and BEA.encode().hex() not in row


def test_an_address_is_asked_once(tenant):
    invite(tenant)
    with pytest.raises(InvitationError, match="an invitation already"):
        invite(tenant, BEA.upper())
    invite(make_tenant(plugins=()))


def test_who_works_here_is_not_asked(tenant):
    accept_as_new(find_invited(invite(tenant).token), name="Bea", password=PASSWORD)
    with pytest.raises(InvitationError, match="works here already"):
        invite(tenant)


def test_an_expired_invitation_is_dead_and_makes_way_for_a_new_one(tenant):
    made = invite(tenant)
    with transaction(TESTS) as session:
        session.get_one(Invitation, made.row.id).expires_at = utcnow() - timedelta(seconds=1)
    assert find_invited(made.token) is None
    assert find_invited(invite(tenant).token)


def test_sending_again_makes_a_new_link_and_kills_the_old_one(tenant):
    made = invite(tenant)
    with transaction(tenant_scope(tenant.id)) as session:
        again = invitations.renew(session, tenant.id, made.row.id, by_role="admin")
    assert find_invited(made.token) is None
    assert find_invited(again.token).id == made.row.id


def test_what_is_taken_back_is_dead(tenant):
    made = invite(tenant)
    with transaction(tenant_scope(tenant.id)) as session:
        invitations.revoke(session, tenant.id, made.row.id, by_role="admin")
        assert invitations.open_invitations(session, tenant.id) == []
    assert find_invited(made.token) is None


def test_another_tenant_cannot_touch_it(tenant):
    made, other = invite(tenant), make_tenant(plugins=())
    with transaction(tenant_scope(other.id)) as session, pytest.raises(LookupError):
        invitations.revoke(session, tenant.id, made.row.id, by_role="owner")
    assert find_invited(made.token)


def test_only_an_owner_asks_an_owner(tenant):
    with pytest.raises(MemberError, match="Only an owner"):
        invite(tenant, role="owner", by="admin")
    made = invite(tenant, role="owner", by="owner")
    with transaction(tenant_scope(tenant.id)) as session, pytest.raises(MemberError):
        invitations.revoke(session, tenant.id, made.row.id, by_role="admin")


NO_ADDRESSES = (
    "",
    "bea",
    "bea@",
    "@shop.example",
    "bea@shop",
    "a b@shop.example",
    "bea@shop.example\nBcc: x@y.example",
    "Bea <bea@shop.example>",
    "b" * 250 + "@s.de",
)


@pytest.mark.parametrize("email", NO_ADDRESSES)
def test_what_is_no_address_is_refused(tenant, email):
    with pytest.raises(EmailError):
        invite(tenant, email)
