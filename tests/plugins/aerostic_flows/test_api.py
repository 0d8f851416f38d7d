"""Flows over the API."""

from typing import Any

import pytest
from flask import Flask

from aerostic.testing.api import ApiClient, api_client
from tests.plugins.aerostic_flows.scenes import FAILING, SIMPLE, WAITING, Desk
from tests.support.factories import make_contact

FLOWS = "/api/v1/flows"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def api(app: Flask, desk: Desk) -> ApiClient:
    return api_client(app, desk.id)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_a_flow_is_made_once_and_read(api: ApiClient) -> None:
    sent = {"name": "Welcome", "document": SIMPLE.kept()}
    first, again = (api.post(FLOWS, json=sent, headers={"Idempotency-Key": "a"}) for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    made = first.json
    assert (made["state"], made["version"], made["revision"], made["problems"]) == ("draft", None, 1, [])
    assert api.get(f"{FLOWS}/{made['id']}").json == made
    assert api.get(f"{FLOWS}/{made['id']}/export").json == {"document": SIMPLE.kept()}
    listed = api.get(FLOWS, query_string={"state": "draft"}).json["data"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_what_is_no_flow_is_refused_and_what_is_wrong_is_told(api: ApiClient, desk: Desk) -> None:
    assert error(api.post(FLOWS, json={"name": "x", "document": {"x": 1}})) == (422, "document")
    unknown = {"nodes": [{"id": "x", "kind": "nobody.knows"}]}
    checked = api.post(f"{FLOWS}/check", json={"document": unknown}).json
    assert (checked["nodes"], checked["publishable"]) == (1, False)
    assert [(one["code"], one["node"]) for one in checked["problems"]] == [("kind", "x"), ("start", "")]
    made = api.post(FLOWS, json={"name": "x", "document": unknown}).json
    assert error(api.post(f"{FLOWS}/{made['id']}/publish", json={})) == (422, "not_ready")


def test_a_draft_is_saved_over_its_own_revision_alone(api: ApiClient, desk: Desk) -> None:
    flow = desk.draft()
    sent = {"document": WAITING.kept(), "revision": 1}
    assert api.put(f"{FLOWS}/{flow}/draft", json=sent).json["revision"] == 2
    answer = api.put(f"{FLOWS}/{flow}/draft", json={**sent, "document": {}})
    assert (error(answer), answer.json["error"]["fields"]) == ((409, "stale"), {"revision": "2"})
    assert desk.flow(flow).draft == WAITING.kept()


def test_it_is_published_paused_and_deleted(api: ApiClient, desk: Desk) -> None:
    flow = desk.draft(drawn=WAITING)
    assert api.post(f"{FLOWS}/{flow}/publish", json={"note": "First"}).json["version"] == 1
    versions = api.get(f"{FLOWS}/{flow}/versions").json["data"]
    assert [(one["number"], one["note"]) for one in versions] == [(1, "First")]
    run = api.post(f"{FLOWS}/{flow}/runs", json={}).json
    assert run["state"] == "waiting"
    assert api.post(f"{FLOWS}/{flow}/pause").json["state"] == "paused"
    assert error(api.post(f"{FLOWS}/{flow}/runs", json={})) == (409, "not_published")
    assert error(api.delete(f"{FLOWS}/{flow}")) == (409, "going")
    assert api.post(f"{FLOWS}/runs/{run['id']}/cancel").json["state"] == "cancelled"
    assert error(api.post(f"{FLOWS}/runs/{run['id']}/cancel")) == (409, "over")
    assert api.delete(f"{FLOWS}/{flow}").status_code == 204
    assert api.get(f"{FLOWS}/{flow}").status_code == 404


def test_a_run_is_read_step_by_step_and_masked_without_the_permission(app: Flask, api: ApiClient, desk: Desk) -> None:
    contact = make_contact(desk.id).id
    sent = {"contact_id": str(contact), "text": "+49 151 23456789"}
    run = api.post(f"{FLOWS}/{desk.published()}/runs", json=sent).json
    whole = api.get(f"{FLOWS}/runs/{run['id']}").json["journal"]
    assert [(step["node"], step["port"]) for step in whole] == [("in", "next"), ("note", "next")]
    assert whole[1]["input"]["value"] == "+49 151 23456789"
    less = api_client(app, desk.id, {"flows.view"}).get(f"{FLOWS}/runs/{run['id']}")
    assert "23456789" not in less.text


def test_runs_are_listed_retried_and_replayed(api: ApiClient, desk: Desk) -> None:
    good, bad = desk.run(desk.published()), desk.run(desk.published("Bad", FAILING))
    dead = api.get(f"{FLOWS}/runs", query_string={"state": "dead"}).json["data"]
    assert [(one["id"], one["reason"]) for one in dead] == [(str(bad), "expression")]
    replayed = api.post(f"{FLOWS}/runs/{good}/replay", json={}).json
    assert (replayed["ending"], replayed["parts_at"], len(replayed["pairs"])) == ("ended", None, 2)
    assert error(api.post(f"{FLOWS}/runs/{good}/replay", json={"version": 9})) == (422, "invalid")
    assert api.post(f"{FLOWS}/runs/{bad}/retry", json={}).json["state"] == "ready"
    assert error(api.post(f"{FLOWS}/runs/{good}/retry", json={})) == (409, "over")


def test_a_key_needs_the_permission_and_is_good_for_its_own_workspace(app: Flask, api: ApiClient, desk: Desk) -> None:
    flow = desk.published()
    viewer = api_client(app, desk.id, {"flows.view"})
    assert [viewer.post(f"{FLOWS}/{flow}/{act}", json={}).status_code for act in ("publish", "runs")] == [403, 403]
    other = api_client(app, Desk().id)
    assert other.get(f"{FLOWS}/{flow}").status_code == 404
    assert other.post(f"{FLOWS}/{flow}/runs", json={}).status_code == 404
