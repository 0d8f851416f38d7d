"""The rail: by permission, by what is switched on, and with this page marked."""

import pytest
from flask import Flask, g

from aerostic.registry import NavigationItem
from aerostic.web.pages import navigation as rail
from tests.support.factories import make_tenant


@pytest.fixture
def at(app: Flask):
    """Draws the rail of a page for a role in a new workspace."""

    def draw(path: str, role: str = "owner", plugins: tuple[str, ...] = ()) -> dict[str, bool]:
        with app.test_request_context(path, base_url="https://app.localhost"):
            vars(g).clear()  # the fixture's open context would let the pages share it
            g.tenant_id, g.role = make_tenant(plugins=plugins).id, role
            return {entry.item.title: entry.current for _, entries in rail.navigation() for entry in entries}

    return draw


def test_the_page_and_those_below_it_are_marked(at):
    assert [title for title, here in at("/contacts").items() if here] == ["Contacts"]
    assert [title for title, here in at("/contacts/imports/new").items() if here] == ["Contacts"]
    assert [title for title, here in at("/").items() if here] == ["Home"]
    assert [title for title, here in at("/contactsheet").items() if here] == []


def test_a_role_sees_what_it_may_open(at):
    assert "Wallet" in at("/", "owner") and "Settings" in at("/", "owner")
    assert "Wallet" not in at("/", "agent") and "Settings" not in at("/", "agent")


def test_nothing_is_shown_outside_of_a_workspace(app: Flask):
    with app.test_request_context("/", base_url="https://app.localhost"):
        assert rail.navigation() == []


def test_the_longest_fitting_path_is_the_current_one():
    assert rail._longest("/reseller/brand", ["/reseller", "/reseller/brand"]) == "/reseller/brand"
    assert rail._longest("/p/campaigns/new", ["/", "/p/campaigns/"]) == "/p/campaigns/"


def test_entries_stand_in_their_groups_by_order(monkeypatch, at):
    monkeypatch.setattr(
        rail, "CORE", (NavigationItem("B", "/b", "x", order=2), NavigationItem("A", "/a", "x", order=1))
    )
    assert list(at("/a")) == ["A", "B"]
