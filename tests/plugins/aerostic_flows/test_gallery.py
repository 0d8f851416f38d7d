"""The flows that come ready, on the page for a new one."""

import pytest
from aerostic_flows.ready import READY, ready
from flask import Flask

from tests.plugins.aerostic_flows.scenes import HERE, PAGE, Desk, field, visit, words


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_each_is_offered_with_what_it_does_and_the_templates_that_it_sends(app: Flask, desk: Desk) -> None:
    page = words(visit(app, desk).get(f"{HERE}/new").text)
    assert [one.name for one in READY if f"{one.title} {one.description}" not in page] == []
    assert "Templates: cart_reminder" in page
    assert page.count("Make it : ") == len(READY)


@pytest.mark.parametrize("name", [one.name for one in READY])
def test_it_is_made_as_a_draft_that_is_ones_own(app: Flask, desk: Desk, name: str) -> None:
    client = visit(app, desk)
    place = client.post_form(f"{HERE}/ready", {"ready": name}).location
    flow = desk.flow(place.rpartition("/")[2])
    assert (flow.name, flow.draft, flow.published_id) == (ready(name).title, ready(name).document().kept(), None)
    assert client.get(place).status_code == 200


def test_what_it_lacks_is_told_on_its_page_and_keeps_it_from_being_published(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    place = client.post_form(f"{HERE}/ready", {"ready": "cart_reminder"}).location
    page = words(client.get(place).text)
    assert (
        "keeps it from being published" in page,
        "There is no approved template of this name and language here." in page,
    ) == (True, True)
    client.post_form(f"{place}/publish")
    assert desk.flow(place.rpartition("/")[2]).published_id is None


def test_sent_twice_it_is_made_once_and_another_of_the_same_page_is_another(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    key = field(client.get(f"{HERE}/new").text, "form_key")
    names = ("welcome", "welcome", "survey")
    places = [client.post_form(f"{HERE}/ready", {"ready": name, "form_key": key}).location for name in names]
    empty = client.post_form(f"{HERE}/new", {"name": "Empty", "form_key": key}).location
    assert places[0] == places[1]
    assert len({*places, empty}) == 3


@pytest.mark.parametrize("name", ["", "nobody", "../ready", "welcome.json", "%s\0"])
def test_none_of_another_name_is_made(app: Flask, desk: Desk, name: str) -> None:
    answer = visit(app, desk).post_form(f"{HERE}/ready", {"ready": name})
    assert (answer.status_code, desk.flows()) == (404, [])


def test_who_may_only_look_makes_none(app: Flask, desk: Desk) -> None:
    client = visit(app, desk, "viewer")
    assert client.get(f"{HERE}/new", headers=PAGE).status_code == 403
    assert client.post_form(f"{HERE}/ready", {"ready": "welcome"}).status_code == 403
    assert desk.flows() == []
