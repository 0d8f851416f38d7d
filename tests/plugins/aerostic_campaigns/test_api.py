"""Campaigns over the API."""

from typing import Any
from uuid import UUID

import pytest
from aerostic_campaigns.jobs import go_on
from aerostic_campaigns.lifecycle import finish
from aerostic_campaigns.models import Campaign
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.tenancy.plugins import disable_plugin
from aerostic.testing.api import ApiClient, api_client
from tests.plugins.aerostic_campaigns.scenes import Scene, make_scene
from tests.support.factories import make_tenant

CAMPAIGNS = "/api/v1/campaigns"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene()


@pytest.fixture
def api(app: Flask, scene: Scene) -> ApiClient:
    return api_client(app, scene.tenant_id)


def details(scene: Scene, **values: Any) -> dict[str, Any]:
    return {
        "name": "Spring",
        "number_id": str(scene.number_id),
        "template_id": str(scene.template_id),
        "variables": {"body.0": {"source": "name"}},
        **values,
    }


def act(api: ApiClient, campaign_id: UUID | str, name: str, **data: Any) -> Any:
    return api.post(f"{CAMPAIGNS}/{campaign_id}/{name}", json=data)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_a_campaign_is_made_and_read(api, scene):
    answer = api.post(CAMPAIGNS, json=details(scene, audience={"countries": ["DE"]}))
    made = answer.json
    assert (answer.status_code, made["state"], made["category"]) == (201, "draft", "marketing")
    assert made["audience"]["countries"] == ["DE"]
    assert made["variables"] == {"body.0": {"source": "name", "value": "", "fallback": ""}}
    shown = api.get(f"{CAMPAIGNS}/{made['id']}").json
    assert shown.pop("results")["total"] == 0
    assert shown == made


def test_a_draft_may_still_lack_number_and_template(api):
    made = api.post(CAMPAIGNS, json={"name": "Spring"}).json
    assert (made["number_id"], made["template_id"]) == (None, None)
    assert error(act(api, made["id"], "launch")) == (409, "incomplete")
    assert error(act(api, made["id"], "preflight")) == (409, "incomplete")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"audience": {"colour": "red"}}, "audience.colour"),
        ({"variables": {"body.0": {"source": "moon"}}}, "variables.body.0.source"),
        ({"number_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "number_id"),
        ({"template_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "template_id"),
    ],
)
def test_what_is_wrong_is_told_by_field(api, scene, change, field):
    answer = api.post(CAMPAIGNS, json=details(scene, **change))
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, [field])


def test_a_source_without_a_value_is_refused(api, scene):
    answer = api.post(CAMPAIGNS, json=details(scene, variables={"body.0": {"source": "field"}}))
    assert error(answer) == (409, "variables")


def test_numbers_of_others_are_not_taken(api, scene):
    other = make_scene()
    answer = api.post(CAMPAIGNS, json=details(scene, number_id=str(other.number_id)))
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["number_id"])


def test_campaigns_are_listed_by_state_and_page_by_page(api, scene):
    made = [str(scene.campaign(name=f"{n}")) for n in range(3)]
    first = api.get(CAMPAIGNS, query_string={"limit": 2}).json
    second = api.get(CAMPAIGNS, query_string={"cursor": first["next_cursor"], "state": "draft"}).json
    assert [row["id"] for row in (*first["data"], *second["data"])] == made[::-1]
    assert api.get(CAMPAIGNS, query_string={"state": "running"}).json == {"data": [], "next_cursor": None}


def test_the_preflight_tells_what_it_would_do(api, scene):
    scene.contacts(2)
    scene.contact("+4915119999999", marketing="unknown")
    report = act(api, scene.campaign(), "preflight").json
    assert (report["total"], report["sendable"], report["problems"], report["enough"]) == (3, 2, [], True)
    assert report["verdicts"]["no_consent"]["count"] == 1
    assert report["cost"] == sum(line["amount"] for line in report["costs"]) > 0


def test_a_launch_goes_its_way_and_is_steered(api, scene):
    scene.contacts(2)
    campaign_id = scene.campaign()
    answer = act(api, campaign_id, "launch")
    assert (answer.status_code, answer.json["state"]) == (202, "launching")
    go_on(str(scene.tenant_id), str(campaign_id))
    shown = api.get(f"{CAMPAIGNS}/{campaign_id}").json
    assert (shown["state"], shown["recipients"], shown["results"]["planned"]) == ("running", 2, 2)
    assert error(act(api, campaign_id, "launch")) == (409, "state")
    assert act(api, campaign_id, "pause").json["state"] == "paused"
    assert act(api, campaign_id, "resume").json["state"] == "running"
    assert act(api, campaign_id, "cancel").json["state"] == "cancelled"
    assert error(act(api, campaign_id, "resume")) == (409, "state")


def test_a_launch_that_cannot_be_is_a_draft_again(api, scene):
    campaign_id = scene.campaign()
    act(api, campaign_id, "launch")
    go_on(str(scene.tenant_id), str(campaign_id))
    shown = api.get(f"{CAMPAIGNS}/{campaign_id}").json
    assert (shown["state"], shown["reason"]) == ("draft", "nobody")


def test_launching_twice_with_one_idempotency_key_is_launching_once(api, scene):
    scene.contacts(1)
    path = f"{CAMPAIGNS}/{scene.campaign()}/launch"
    answers = [api.post(path, headers={"Idempotency-Key": "n-1"}) for _ in range(2)]
    assert [(answer.status_code, answer.json["state"]) for answer in answers] == [(202, "launching")] * 2


def test_nothing_to_retry_is_told(api, scene):
    scene.contacts(1)
    campaign_id = scene.campaign()
    act(api, campaign_id, "launch")
    go_on(str(scene.tenant_id), str(campaign_id))
    with transaction(tenant_scope(scene.tenant_id)) as session:
        finish(session, session.get_one(Campaign, campaign_id))
    assert error(act(api, campaign_id, "retry")) == (409, "nothing")


def test_a_campaign_is_scheduled_at_a_local_time(api, scene):
    answer = act(api, scene.campaign(), "schedule", at="2999-06-01T09:00:00", zone="Europe/Berlin")
    assert (answer.json["state"], answer.json["scheduled_at"]) == ("scheduled", "2999-06-01T07:00:00Z")
    assert error(act(api, scene.campaign(), "schedule", at="2020-06-01T09:00:00", zone="Europe/Berlin")) == (
        409,
        "time",
    )


@pytest.mark.parametrize("name", ["", "/preflight", "/launch", "/pause", "/resume", "/cancel", "/retry"])
def test_another_workspaces_campaign_is_not_there(app, scene, name):
    stranger = api_client(app, make_tenant().id)
    path = f"{CAMPAIGNS}/{scene.campaign()}{name}"
    answer = stranger.post(path, json={}) if name else stranger.get(path)
    assert error(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("get", "", "campaigns.view"),
        ("post", "", "campaigns.edit"),
        ("post", "/01890a5d-ac96-774b-bcce-b302099a8057/launch", "campaigns.launch"),
    ],
)
def test_each_asks_for_its_own_permission(app, scene, method, path, permission):
    refused = getattr(api_client(app, scene.tenant_id, ["contacts.view"]), method)(f"{CAMPAIGNS}{path}", json={})
    assert error(refused) == (403, "missing_permission")
    assert permission in refused.json["error"]["message"]


def test_switched_off_it_is_not_there(api, scene):
    assert api.get(CAMPAIGNS).status_code == 200
    with transaction(tenant_scope(scene.tenant_id)) as session:
        disable_plugin(session, scene.tenant_id, "campaigns")
    assert error(api.get(CAMPAIGNS)) == (404, "not_found")
