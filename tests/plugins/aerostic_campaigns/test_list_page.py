"""The list of campaigns, copies and deleted drafts, through the real application."""

from datetime import timedelta

import pytest
from aerostic_campaigns.results import current
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.tenancy.plugins import disable_plugin
from tests.support.statements import statements

from .fates import end, launched
from .pages import HERE, PAGE, draft, field, visit, words
from .scenes import make_scene


def test_a_new_workspace_is_invited_to_its_first_campaign(app: Flask) -> None:
    scene = make_scene()
    pages = [words(visit(app, scene.tenant_id, role).get(f"{HERE}/").text) for role in ("marketer", "viewer")]
    assert ["Send your first campaign" in page for page in pages] == [True, False]
    assert "An owner, admin or marketer of this workspace can make one." in pages[1]


def test_campaigns_are_listed_with_state_and_progress(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    end(scene, first, "read")
    current(scene.tenant_id, campaign)
    draft(scene)
    page = words(visit(app, scene.tenant_id).get(f"{HERE}/").text)
    assert "Spring" in page and "Sending" in page and "1 of 2 50%" in page
    assert "Idea no template yet" in page


def test_they_are_found_by_name_and_state(app: Flask) -> None:
    scene, _, _ = launched(1)
    draft(scene)
    client = visit(app, scene.tenant_id)
    found = [client.get(f"{HERE}/{query}").text for query in ("?q=spr", "?state=draft", "?state=x")]
    assert [(">Spring<" in page, ">Idea<" in page) for page in found] == [(True, False), (False, True), (True, True)]


def test_the_list_asks_as_much_for_many_campaigns_as_for_one(app: Flask) -> None:
    scene = make_scene()
    client = visit(app, scene.tenant_id)
    counts = []
    for _ in range(2):
        for _ in range(5):
            scene.campaign()
        with statements() as told:
            client.get(f"{HERE}/")
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_a_copy_is_made_once_however_often_it_is_asked_for(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    client = visit(app, scene.tenant_id)
    key = field(client.get(f"{HERE}/{campaign}").text, "form_key")
    answers = [client.post_form(f"{HERE}/{campaign}/duplicate", {"form_key": key}) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert "Spring (copy)" in client.get(answers[0].location).text


def test_a_draft_is_deleted_and_what_was_launched_is_not(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    idea = draft(scene)
    client = visit(app, scene.tenant_id)
    for one in (idea, campaign):
        assert client.post_form(f"{HERE}/{one}/delete").location == f"{HERE}/"
    page = words(client.get(f"{HERE}/").text)
    assert ("Idea" in page, "Spring" in page, "only drafts can be deleted" in page) == (False, True, True)


def test_another_workspace_sees_nothing_of_it(app: Flask) -> None:
    _, campaign, _ = launched(1)
    client = visit(app, make_scene().tenant_id)
    paths = ("", "/progress", "/skipped", "/recipients.csv", "/edit/audience", "/edit/check/report")
    assert [client.get(f"{HERE}/{campaign}{path}", headers=PAGE).status_code for path in paths] == [404] * len(paths)
    assert client.post_form(f"{HERE}/{campaign}/duplicate").status_code == 404


def test_where_campaigns_are_off_there_is_nothing(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    client = visit(app, scene.tenant_id)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        disable_plugin(session, scene.tenant_id, "campaigns")
    paths = ("/", "/new", f"/{campaign}", f"/{campaign}/progress")
    assert [client.get(f"{HERE}{path}", headers=PAGE).status_code for path in paths] == [404] * 4
    assert client.post_form(f"{HERE}/{campaign}/pause").status_code == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/new", "get"),
        ("/{id}/edit/audience", "get"),
        ("/{id}/duplicate", "post"),
        ("/{id}/delete", "post"),
        ("/{id}/launch", "post"),
        ("/{id}/pause", "post"),
        ("/{id}/resume", "post"),
        ("/{id}/cancel", "post"),
        ("/{id}/retry", "post"),
        ("/{id}/unschedule", "post"),
        ("/audience/count", "post"),
    ],
)
def test_who_may_only_look_is_told_whom_to_ask(app: Flask, path: str, method: str) -> None:
    scene, campaign, _ = launched(1)
    client = visit(app, scene.tenant_id, "viewer")
    address = HERE + path.format(id=campaign)
    answer = client.get(address, headers=PAGE) if method == "get" else client.post_form(address)
    assert (answer.status_code, "ask an owner or admin" in answer.text.lower()) == (403, True)
    assert scene.read(campaign).state == "running"


def test_the_home_page_shows_the_card_and_the_step(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    current(scene.tenant_id, campaign, timedelta(0))
    fresh = make_scene()
    pages = [words(visit(app, one.tenant_id, "owner").get("/").text) for one in (scene, fresh)]
    assert ["Campaigns on their way" in page for page in pages] == [True, False]
    assert "Send your first campaign" in pages[1]
