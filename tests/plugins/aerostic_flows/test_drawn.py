"""Runs and versions on the canvas: a run's path, its replay, where runs went, and two versions."""

from typing import Any

import pytest
from flask import Flask

from aerostic.testing.people import Client
from tests.plugins.aerostic_flows.scenes import FAILING, HERE, PAGE, SIMPLE, WAITING, Desk, document, island, visit
from tests.support.factories import make_contact

Json = dict[str, Any]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_a_runs_path_is_told_on_the_version_it_went_along(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    run = desk.run(flow, text="hi")
    desk.publish(flow, WAITING)
    found = island(visit(app, desk, "viewer"), f"/runs/{run}/path")
    assert (found["show"], found["document"], found["own"], found["versions"]) == ("trace", SIMPLE.kept(), 1, [2, 1])
    steps = found["run"]["steps"]
    assert [(one["seq"], one["node"], one["fate"], one["port"]) for one in steps] == [
        (1, "in", "done", "next"),
        (2, "note", "done", "next"),
    ]
    assert (found["run"]["state"], found["run"]["over"]) == ("ended", True)


def test_a_failed_run_says_why_and_what_to_do(app: Flask, desk: Desk) -> None:
    run = desk.run(desk.published(drawn=FAILING))
    (*_, last) = island(visit(app, desk), f"/runs/{run}/path")["run"]["steps"]
    assert (last["node"], last["fate"]) == ("bad", "failed")
    assert last["remedy"] == "Open the draft, mend the expression, publish, and retry on the new version."


def test_while_a_run_goes_on_it_hears_of_whom_it_is_about(app: Flask, desk: Desk) -> None:
    flow, contact = desk.published(drawn=WAITING), make_contact(desk.id, name="Ada").id
    run = desk.run(flow, contact_id=contact)
    client = visit(app, desk)
    assert f'data-live="contact:{contact}"' in client.get(f"{HERE}/runs/{run}/path").text
    client.post_form(f"{HERE}/runs/{run}/cancel")
    assert "data-live=" not in client.get(f"{HERE}/runs/{run}/path").text.partition('id="builder"')[2]
    assert client.get(f"{HERE}/runs/{run}/path/now").json["state"] == "cancelled"


def test_personal_data_is_veiled_until_a_reason_is_given(app: Flask, desk: Desk) -> None:
    contact = make_contact(desk.id, name="Ada").id
    run = desk.run(desk.published(), contact_id=contact, text="call me at +49 151 23456789")
    client = visit(app, desk, "owner")
    assert "23456789" not in client.get(f"{HERE}/runs/{run}/path").text
    client.post_form(f"/contacts/{contact}/reveal", {"reason": "They asked us", "back": "/"})
    assert "+49 151 23456789" in client.get(f"{HERE}/runs/{run}/path").text


def test_a_replay_tells_where_the_paths_part_and_changes_nothing(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    run = desk.run(flow, text="hi")
    desk.publish(flow, WAITING)
    client = visit(app, desk)
    found = client.get(f"{HERE}/runs/{run}/path/replay?on=2").json
    assert [(one["kind"], one["left"], one["right"]) for one in found["pairs"]] == [
        ("same", 1, 1),
        ("same", 2, 2),
        ("right", 0, 3),
        ("right", 0, 4),
    ]
    assert (found["assumed"], found["document"], found["trouble"]) == ([4], WAITING.kept(), "")
    same = client.get(f"{HERE}/runs/{run}/path/replay?on=1").json
    assert {one["kind"] for one in same["pairs"]} == {"same"}
    assert desk.state(run) == "ended"


def test_a_replay_on_a_draft_that_is_not_ready_says_so(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    run = desk.run(flow)
    client = visit(app, desk)
    token = island(client, f"/{flow}/builder")["token"]
    broken = document({"id": "x", "kind": "messages.text"}, edges="in>x").kept()
    sent = {"document": broken, "revision": 1}
    client.post(f"{HERE}/{flow}/builder/save", json=sent, headers={"X-CSRFToken": token})
    assert client.get(f"{HERE}/runs/{run}/path/replay?on=0").json["trouble"] != ""


def test_where_runs_went_is_counted_by_node_and_way(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=WAITING)
    runs = [desk.run(flow) for _ in range(3)]
    client = visit(app, desk)
    client.post_form(f"{HERE}/runs/{runs[0]}/cancel")
    heat = island(client, f"/{flow}/heat")["heat"]
    assert (heat["runs"], heat["more"], heat["nodes"]) == (3, False, {"in": 3, "note": 3, "wait": 3})
    assert heat["ways"] == {"in:next": 3, "note:next": 3}
    assert (heat["left"], heat["waiting"]) == ({"wait": 1}, {"wait": 2})


def test_only_the_runs_of_the_version_and_time_are_counted(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    desk.run(flow)
    desk.publish(flow, WAITING)
    client = visit(app, desk)
    assert [island(client, f"/{flow}/heat?of={of}")["heat"]["runs"] for of in (1, 2)] == [1, 0]
    assert island(client, f"/{flow}/heat?of=1&days=12345")["days"] == 30


def test_two_versions_are_told_side_by_side(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    desk.publish(flow, WAITING)
    found = island(visit(app, desk, "viewer"), f"/{flow}/compare?from=1&to=2")
    assert (found["before"]["document"], found["document"]) == (SIMPLE.kept(), WAITING.kept())
    assert (found["from"], found["to"], found["versions"]) == (1, 2, [2, 1])


def test_a_flow_that_was_never_published_has_nothing_to_count(app: Flask, desk: Desk) -> None:
    client, flow = visit(app, desk), desk.draft()
    assert client.get(f"{HERE}/{flow}/heat", headers=PAGE).status_code == 404
    assert client.get(f"{HERE}/{flow}/compare?from=7", headers=PAGE).status_code == 404


def test_it_is_tried_out_and_only_by_who_may(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    sent = {"document": SIMPLE.kept(), "said": [{"kind": "text", "text": "hi"}]}

    def tried(client: Client, body: Json) -> Any:
        token = island(client, f"/{flow}/builder")["token"]
        return client.post(f"{HERE}/{flow}/builder/try", json=body, headers={"X-CSRFToken": token})

    client = visit(app, desk)
    found = tried(client, sent).json
    assert ([one["node"] for one in found["steps"]], found["ending"]) == (["in", "note"], "ended")
    assert [(one["ours"], one["text"]) for one in found["bubbles"]] == [(False, "hi")]
    broken = document({"id": "x", "kind": "messages.text"}, edges="in>x").kept()
    assert [one["node"] for one in tried(client, {**sent, "document": broken}).json["problems"]] == ["x"]
    assert [tried(client, {**sent, "said": said}).status_code for said in ([], [{"kind": "odd"}])] == [422, 422]
    assert tried(visit(app, desk, "viewer"), sent).status_code == 403


def test_of_a_contact_who_is_picked_no_more_is_shown_than_elsewhere(app: Flask, desk: Desk) -> None:
    make_contact(desk.id, "+4915112345678", name="Grace Hopper")
    flow = desk.draft()
    tell = {
        "id": "note",
        "kind": "logic.set",
        "config": {"name": "x", "value": "{{ contact.name }}: {{ contact.phone }}"},
    }
    sent = {"document": document(tell, edges="in>note").kept(), "said": [{"kind": "text", "text": "hi"}]}
    client = visit(app, desk)
    token = island(client, f"/{flow}/builder")["token"]

    def tried(contact: str) -> Any:
        body = {**sent, "contact": contact}
        return client.post(f"{HERE}/{flow}/builder/try", json=body, headers={"X-CSRFToken": token})

    found = tried("Grace Hopper")
    assert found.status_code == 200
    assert "Grace Hopper" in found.text
    assert "15112345678" not in found.text
    assert tried("Nobody Known").json == {"error": "Nobody is found by this. Enter the whole phone, or the name."}


def test_before_publishing_it_is_compared_with_what_is_published(app: Flask, desk: Desk) -> None:
    client, flow = visit(app, desk), desk.draft()
    assert client.get(f"{HERE}/{flow}/builder/published").status_code == 404
    desk.publish(flow)
    desk.publish(flow, WAITING)
    found = client.get(f"{HERE}/{flow}/builder/published").json
    assert (found["number"], found["document"]) == (2, WAITING.kept())


def test_another_workspace_sees_nothing_of_it(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    run = desk.run(flow)
    client = visit(app, Desk())
    paths = (
        f"/runs/{run}/path",
        f"/runs/{run}/path/now",
        f"/runs/{run}/path/replay",
        f"/{flow}/heat",
        f"/{flow}/compare",
        f"/{flow}/builder/published",
    )
    assert [client.get(f"{HERE}{path}", headers=PAGE).status_code for path in paths] == [404] * 6
