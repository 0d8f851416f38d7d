"""Handling incidents: acknowledged, given to somebody, closed with a verdict, opened again."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import new_id, transaction
from aerostic.detection.models import Incident
from aerostic.identity.models import User
from aerostic.testing.people import Client, new_tenant
from aerostic.web.platform.risk.graph import MOST_MEMBERS, graph
from tests.core.web.platform.risk.conftest import page_of
from tests.core.web.platform.risk.test_decisions import acts
from tests.support.factories import TESTS, make_person
from tests.support.risk import make_incident, make_signal


@pytest.fixture
def incident(app: Flask) -> Incident:
    return make_incident()


def kept(incident: Incident) -> Incident:
    with transaction(TESTS) as session:
        return session.get_one(Incident, incident.id)


def do(client: Client, incident: Incident, act: str, **values: str) -> int:
    status: int = client.post_form(f"/risk/incidents/{incident.id}/{act}", values).status_code
    return status


def me() -> UUID:
    with transaction(TESTS) as session:
        return session.scalars(select(User.id).where(User.staff == "platform")).one()


def test_who_acknowledges_it_has_it(platform: Client, incident: Incident) -> None:
    assert do(platform, incident, "acknowledge") == 303
    assert (kept(incident).state, kept(incident).assigned_to) == ("acknowledged", me())


def test_it_is_given_to_one_of_the_platforms_people_or_to_nobody(platform: Client, incident: Incident) -> None:
    stranger = make_person(new_tenant())
    for chosen, has in ((str(me()), me()), (str(stranger.id), None), (str(me()), me()), ("", None)):
        do(platform, incident, "assign", user_id=chosen)
        assert kept(incident).assigned_to == has


def test_it_is_closed_with_what_it_was_and_can_be_opened_again(platform: Client, incident: Incident) -> None:
    do(platform, incident, "acknowledge")
    assert do(platform, incident, "close", verdict="right", note="A botnet.") == 303
    row = kept(incident)
    assert (row.state, row.verdict, row.note, row.closed_at is not None) == ("closed", "right", "A botnet.", True)
    assert "A botnet." in page_of(platform, f"/risk/incidents/{incident.id}")
    do(platform, incident, "reopen")
    assert (kept(incident).state, kept(incident).closed_at) == ("acknowledged", None)
    verbs = ["acknowledged", "closed", "reopened"]
    assert [act for act, _why in acts(None)] == [f"risk.incident_{verb}" for verb in verbs]


def test_without_verdict_or_note_it_stays_open(platform: Client, incident: Incident) -> None:
    assert do(platform, incident, "close", verdict="maybe", note="A botnet.") == 422
    assert do(platform, incident, "close", verdict="right") == 422
    assert kept(incident).state == "open"


def test_one_that_is_not_there_is_not_found(platform: Client) -> None:
    gone = Incident(id=new_id())
    sent = {"verdict": "right", "note": "A botnet."}
    assert [do(platform, gone, act, **sent) for act in ("assign", "acknowledge", "close", "reopen")] == [404] * 4


def test_the_drawing_leaves_out_what_only_one_has_and_counts_what_found_no_place(app: Flask) -> None:
    tenants = [new_tenant() for _ in range(3)]
    signals = [make_signal(one, shares=["content:aa", f"address:{n}"]) for n, one in enumerate(tenants)]
    drawn = graph(signals)
    assert ([node.key for node in drawn.shared], len(drawn.members), drawn.more) == ([("content", "aa")], 3, 0)
    crowd = [
        make_signal(None, subject_kind="address", subject=f"{n:03}", shares=["content:aa"])
        for n in range(MOST_MEMBERS + 4)
    ]
    assert (len(graph(crowd).members), graph(crowd).more) == (MOST_MEMBERS, 4)


def test_where_nothing_is_shared_there_is_no_drawing(platform: Client, incident: Incident) -> None:
    make_signal(new_tenant(), incident_id=incident.id)
    assert "name nothing that they share" in page_of(platform, f"/risk/incidents/{incident.id}")
