"""The team: roles, who may give them, and that there is always an owner."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.tenancy import members
from aerostic.tenancy.members import MemberError
from aerostic.tenancy.models import Member
from tests.support.factories import make_tenant


@pytest.fixture
def tenant(app: Flask):
    return make_tenant(plugins=())


def make_member(tenant, role: str) -> Member:
    with transaction(tenant_scope(tenant.id)) as session:
        member = Member(tenant_id=tenant.id, user_id=new_id(), role=role)
        session.add(member)
    return member


def roles(tenant) -> list[str]:
    with transaction(tenant_scope(tenant.id)) as session:
        return [row.role for row in session.query(Member).order_by(Member.id)]


def change(tenant, member: Member, role: str, by: str = "owner") -> None:
    with transaction(tenant_scope(tenant.id)) as session:
        members.change_role(session, tenant.id, member.id, role, by_role=by)


def test_a_member_gets_another_role(tenant):
    make_member(tenant, "owner")
    change(tenant, make_member(tenant, "viewer"), "marketer", by="admin")
    assert roles(tenant) == ["owner", "marketer"]


@pytest.mark.parametrize(("role", "wanted"), [("viewer", "owner"), ("owner", "viewer")])
def test_only_owners_make_and_unmake_owners(tenant, role, wanted):
    make_member(tenant, "owner")
    with pytest.raises(MemberError, match="Only an owner"):
        change(tenant, make_member(tenant, role), wanted, by="admin")
    with transaction(tenant_scope(tenant.id)) as session, pytest.raises(MemberError):
        members.remove(session, tenant.id, make_member(tenant, "owner").id, by_role="admin")


def test_the_last_owner_stays(tenant):
    owner = make_member(tenant, "owner")
    make_member(tenant, "admin")
    with pytest.raises(MemberError, match="last owner"):
        change(tenant, owner, "admin")
    with transaction(tenant_scope(tenant.id)) as session, pytest.raises(MemberError, match="last owner"):
        members.leave(session, tenant.id, owner.user_id)
    second = make_member(tenant, "owner")
    change(tenant, owner, "admin")
    with transaction(tenant_scope(tenant.id)) as session, pytest.raises(MemberError, match="last owner"):
        members.remove(session, tenant.id, second.id, by_role="owner")


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def test_two_owners_who_go_at_once_do_not_both_go(app: Flask, tenant, admin: "psycopg.Connection"):
    first, second = make_member(tenant, "owner"), make_member(tenant, "owner")

    def go() -> bool:
        with app.app_context(), transaction(tenant_scope(tenant.id)) as session:
            try:
                members.leave(session, tenant.id, second.user_id)
            except MemberError:
                return False
            return True

    with ThreadPoolExecutor(1) as pool:
        with transaction(tenant_scope(tenant.id)) as session:
            members.leave(session, tenant.id, first.user_id)
            session.flush()
            other = pool.submit(go)
            while not other.done() and admin.execute(WAITING).fetchone() == (0,):
                pass
        assert other.result() is False
    assert roles(tenant) == ["owner"]


def test_anybody_else_may_leave(tenant):
    make_member(tenant, "owner")
    agent = make_member(tenant, "agent")
    with transaction(tenant_scope(tenant.id)) as session:
        members.leave(session, tenant.id, agent.user_id)
        with pytest.raises(LookupError):
            members.leave(session, tenant.id, agent.user_id)
    assert roles(tenant) == ["owner"]


def test_another_tenants_member_is_not_there(tenant):
    member, other = make_member(tenant, "viewer"), make_tenant(plugins=())
    with transaction(tenant_scope(other.id)) as session, pytest.raises(LookupError):
        members.change_role(session, other.id, member.id, "admin", by_role="owner")
    assert roles(tenant) == ["viewer"]
