"""A flow's page, its draft, its versions, and what is done with it."""

from io import BytesIO

import pytest
from flask import Flask

from tests.plugins.aerostic_flows.scenes import (
    BAD,
    HERE,
    PAGE,
    SET,
    SIMPLE,
    WAITING,
    Desk,
    document,
    field,
    visit,
    words,
)
from tests.support.factories import make_contact


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_a_flow_is_told_node_by_node_with_where_each_port_leads(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=WAITING)
    page = words(visit(app, desk, "viewer").get(f"{HERE}/{flow}").text)
    assert "1. Called by another flow 2. Note it 2. Note it Set a variable 3. Wait 3. Wait the run ends" in page
    assert "Version 1 (published)" in page
    assert "Try it now" not in page


def test_what_is_wrong_stands_at_the_node_and_keeps_it_from_being_published(app: Flask, desk: Desk) -> None:
    flow = desk.draft(
        drawn=document({"id": "x", "kind": "nobody.knows", "title": "100% <b>odd</b>"}, edges="in>x in:no>x")
    )
    client = visit(app, desk)
    html = client.get(f"{HERE}/{flow}").text
    assert "100% &lt;b&gt;odd&lt;/b&gt;" in html
    assert "This kind of node is not there. Switch on the plugin that brings it, or replace the node." in words(html)
    client.post_form(f"{HERE}/{flow}/publish")
    assert "This flow cannot be published yet." in words(client.get(f"{HERE}/{flow}").text)
    assert desk.flow(flow).published_id is None


def test_a_draft_is_saved_over_its_own_revision(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    page = client.get(f"{HERE}/{flow}/draft").text
    sent = {"name": "Hello", "document": WAITING.text().decode(), "revision": field(page, "revision")}
    assert client.post_form(f"{HERE}/{flow}/draft", sent).location == f"{HERE}/{flow}"
    assert (desk.flow(flow).name, desk.flow(flow).draft) == ("Hello", WAITING.kept())


def test_over_anothers_revision_nothing_is_saved_and_nothing_typed_is_lost(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    sent = {"name": "Mine", "document": WAITING.text().decode(), "revision": "1"}
    client.post_form(f"{HERE}/{flow}/draft", {**sent, "name": "Theirs"})
    answer = client.post_form(f"{HERE}/{flow}/draft", {**sent, "document": SIMPLE.text().decode()})
    assert answer.status_code == 422
    assert "Somebody else has saved this flow since you opened it." in words(answer.text)
    assert 'value="Mine"' in answer.text
    assert "&#34;Note it&#34;" in answer.text
    assert (desk.flow(flow).name, desk.flow(flow).draft) == ("Theirs", WAITING.kept())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "This is not a flow: it cannot be read as JSON."),
        ('{"nodes": [{"id": "a b", "kind": "x.y"}]}', "Look at: nodes.0.id"),
        ('{"x": "</textarea><script>alert(1)</script>"}', "Look at: x"),
        ('{"x": "' + "a" * 1_000_001 + '"}', "This flow is too large"),
    ],
)
def test_what_is_no_flow_is_not_saved_and_says_why(app: Flask, desk: Desk, text: str, told: str) -> None:
    flow = desk.draft()
    answer = visit(app, desk).post_form(f"{HERE}/{flow}/draft", {"name": "x", "document": text, "revision": "1"})
    assert (answer.status_code, told in words(answer.text), "<script>alert" in answer.text) == (422, True, False)
    assert desk.flow(flow).revision == 1


def test_it_is_published_with_a_note_and_paused(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    client.post_form(f"{HERE}/{flow}/publish", {"note": "The first"})
    assert "Version 1 (published)" in words(client.get(f"{HERE}/{flow}").text)
    client.post_form(f"{HERE}/{flow}/pause")
    page = words(client.get(f"{HERE}/{flow}").text)
    assert ("State Paused" in page, "The first" in page) == (True, True)


def test_exported_and_imported_again_it_is_the_same(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    exported = client.get(f"{HERE}/{desk.draft(drawn=WAITING)}/export").data
    answer = client.post_form(f"{HERE}/import", {"file": (BytesIO(exported), "../Again.json")})
    assert ("Nothing keeps it from being published." in words(answer.text), field(answer.text, "name")) == (
        True,
        "Again",
    )
    sent = {"name": "Again", "document": exported.decode(), "form_key": field(answer.text, "form_key")}
    places = [client.post_form(f"{HERE}/import/make", sent).location for _ in range(2)]
    assert places[0] == places[1]
    assert client.get(f"{places[0]}/export").data == exported


def test_a_file_is_looked_at_before_anything_is_made(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    broken = document({"id": "x", "kind": "nobody.knows"}, edges="in>x").text()
    answer = client.post_form(f"{HERE}/import", {"file": (BytesIO(broken), "x.json")})
    assert "One thing keeps it from being published." in words(answer.text)
    for text in (b"no", b"{" * 400_000):
        assert client.post_form(f"{HERE}/import", {"file": (BytesIO(text), "x.json")}).location == f"{HERE}/new"
    assert "Let the first answer come by itself" in words(client.get(f"{HERE}/").text)


def test_what_an_import_lacks_here_is_replaced_by_what_is_there(app: Flask, desk: Desk) -> None:
    other = desk.published("Ours")
    call = {"id": "call", "kind": "logic.call", "config": {"flow": "00000000-0000-4000-8000-000000000000"}}
    text = document(call, edges="in>call").text()
    client = visit(app, desk)
    page = client.post_form(f"{HERE}/import", {"file": (BytesIO(text), "Theirs.json")}).text
    assert "In place of 00000000-0000-4000-8000-000000000000" in words(page)
    assert "<option>Ours</option>" in page
    sent = {"name": "Theirs", "document": text.decode(), "form_key": field(page, "form_key")}
    made = client.post_form(f"{HERE}/import/make", {**sent, "in-place:call:flow": "Ours"}).location
    assert client.get(f"{made}/export").json["nodes"][1]["config"] == {"flow": str(other)}


def test_an_empty_flow_is_made_once_however_often_it_is_sent(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    key = field(client.get(f"{HERE}/new").text, "form_key")
    places = [client.post_form(f"{HERE}/new", {"name": "One", "form_key": key}).location for _ in range(2)]
    assert places[0] == places[1]
    assert client.post_form(f"{HERE}/new", {"name": " "}).status_code == 422


def test_versions_are_compared_line_by_line_and_restored(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    desk.publish(flow, WAITING, "Waits <i>now</i>")
    client = visit(app, desk)
    page = client.get(f"{HERE}/{flow}/versions?from=1&to=2").text
    assert "Waits &lt;i&gt;now&lt;/i&gt;" in page
    assert "<ins>+       &#34;kind&#34;: &#34;logic.wait&#34;" in page
    assert client.get(f"{HERE}/{flow}/versions/1/export").data == SIMPLE.text()
    client.post_form(f"{HERE}/{flow}/versions/1/restore", {"revision": "1"})
    assert desk.flow(flow).draft == WAITING.kept()
    client.post_form(f"{HERE}/{flow}/versions/1/restore", {"revision": field(page, "revision")})
    assert desk.flow(flow).draft == SIMPLE.kept()


def test_versions_tell_who_published_them_and_how_many_runs_they_had(app: Flask, desk: Desk) -> None:
    client, flow = visit(app, desk), desk.draft()
    client.post_form(f"{HERE}/{flow}/publish", {"note": "First"})
    for _ in range(2):
        desk.run(flow)
    desk.publish(flow, WAITING)
    page = words(client.get(f"{HERE}/{flow}/versions").text)
    assert "Version 2 Published" in page
    assert page.count("0 runs") == 1
    assert "First Kit · 2 runs" in page


def test_it_is_tried_with_a_contact_who_is_found(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    make_contact(desk.id, name="Ada Lovelace")
    client = visit(app, desk)
    answer = client.post_form(f"{HERE}/{flow}/try", {"contact": "Ada", "text": "hello"})
    page = words(client.get(answer.location).text)
    assert ("Ada Lovelace" in page, "State Ended" in page) == (True, True)
    answer = client.post_form(f"{HERE}/{flow}/try", {"contact": "Nobody", "text": "hello"})
    assert (answer.status_code, "Nobody is found by this." in answer.text, ">hello<" in answer.text) == (
        422,
        True,
        True,
    )


def test_it_is_deleted_once_no_run_goes_on(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=WAITING)
    run = desk.run(flow)
    client = visit(app, desk)
    client.post_form(f"{HERE}/{flow}/delete")
    assert "Runs of this flow still go on." in words(client.get(f"{HERE}/{flow}").text)
    client.post_form(f"{HERE}/runs/{run}/cancel")
    assert client.post_form(f"{HERE}/{flow}/delete").location == f"{HERE}/"
    assert client.get(f"{HERE}/{flow}", headers=PAGE).status_code == 404
    assert client.get(f"{HERE}/runs/{run}", headers=PAGE).status_code == 404


def test_another_workspace_sees_nothing_of_it(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    client = visit(app, Desk())
    paths = ("", "/draft", "/export", "/versions", "/versions/1/export")
    assert [client.get(f"{HERE}/{flow}{path}", headers=PAGE).status_code for path in paths] == [404] * 5
    acts = ("draft", "publish", "pause", "delete", "try", "versions/1/restore")
    assert [client.post_form(f"{HERE}/{flow}/{act}").status_code for act in acts] == [404] * 6


@pytest.mark.parametrize("act", ["publish", "pause", "delete", "try", "draft", "versions/1/restore"])
def test_who_may_only_look_changes_nothing(app: Flask, desk: Desk, act: str) -> None:
    flow = desk.draft(drawn=document(BAD, SET, edges="in>note note>bad"))
    answer = visit(app, desk, "viewer").post_form(f"{HERE}/{flow}/{act}", {"revision": "1"})
    assert (answer.status_code, desk.flow(flow).revision, desk.flow(flow).published_id) == (403, 1, None)
