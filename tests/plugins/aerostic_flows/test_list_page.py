"""The list of flows, and the card of the home page."""

from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.tenancy.plugins import disable_plugin
from tests.plugins.aerostic_flows.scenes import FAILING, HERE, PAGE, WAITING, Desk, visit, words
from tests.support.statements import statements


def test_a_new_workspace_is_invited_to_its_first_flow(app: Flask) -> None:
    desk = Desk()
    pages = [words(visit(app, desk, role).get(f"{HERE}/").text) for role in ("marketer", "viewer")]
    assert ["Let the first answer come by itself" in page for page in pages] == [True, False]
    assert "An owner, admin or marketer of this workspace can make one." in pages[1]


def test_flows_are_listed_with_their_state_and_how_their_runs_went(app: Flask) -> None:
    desk = Desk()
    desk.draft("Idea")
    old = desk.published("Old")
    with transaction(tenant_scope(desk.id)) as session:
        drafts.pause(session, old)
    for flow in (desk.published("Bad", FAILING), desk.published("Slow", WAITING)):
        desk.run(flow)
    html = visit(app, desk).get(f"{HERE}/").text
    page = words(html)
    for told in ("Idea Draft – none", "Old Paused – none", "Bad Published 1 1 One failed", "Slow Published 1 1"):
        assert told in page
    assert "0 ended, 1 go on, 0 failed" in html


def test_they_are_found_by_name_and_state(app: Flask) -> None:
    desk = Desk()
    desk.draft("Idea")
    desk.published("Spring")
    client = visit(app, desk)
    found = [client.get(f"{HERE}/{query}").text for query in ("?q=spr", "?state=draft", "?state=x")]
    assert [(">Spring<" in page, ">Idea<" in page) for page in found] == [(True, False), (False, True), (True, True)]


def test_the_list_asks_as_much_for_many_flows_as_for_one(app: Flask) -> None:
    desk = Desk()
    client = visit(app, desk)
    counts = []
    for _ in range(2):
        for _ in range(3):
            desk.published()
        with statements() as told:
            client.get(f"{HERE}/")
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_a_hostile_name_is_shown_as_it_is_written(app: Flask) -> None:
    desk = Desk()
    flow = desk.draft("<script>alert(1)</script> 100%s {{ 7 * 7 }}")
    client = visit(app, desk)
    for path in (f"{HERE}/", f"{HERE}/{flow}", f"{HERE}/{flow}/draft", f"{HERE}/{flow}/versions"):
        html = client.get(path).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 100%s {{ 7 * 7 }}" in html


def test_where_flows_are_off_there_is_nothing(app: Flask) -> None:
    desk = Desk()
    flow = desk.draft()
    client = visit(app, desk)
    with transaction(tenant_scope(desk.id)) as session:
        disable_plugin(session, desk.id, "flows")
    paths = ("/", "/new", f"/{flow}", "/runs")
    assert [client.get(f"{HERE}{path}", headers=PAGE).status_code for path in paths] == [404] * 4


def test_the_home_page_tells_how_runs_went_today(app: Flask) -> None:
    desk = Desk()
    client = visit(app, desk)
    assert "Flows today" not in client.get("/").text
    desk.run(desk.published("Bad", FAILING))
    desk.run(desk.published("Good"))
    assert "Runs 2 Ended 1 Going on 0 Failed 1" in words(client.get("/").text)
