"""The risk console: every page opens, empty and full, for the platform's people and for nobody else."""

import pytest
from flask import Flask

from aerostic.db import new_id, transaction
from aerostic.detection.models import DetectorScore
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.web.platform.risk.conftest import page_of
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_reseller, make_tenant
from tests.support.risk import ago, make_appeal, make_decision, make_incident, make_policy, make_signal

LISTS = (
    "/risk",
    "/risk/incidents",
    "/risk/map",
    "/risk/decisions",
    "/risk/appeals",
    "/risk/overrides",
    "/risk/overrides/new",
    "/risk/policy",
    "/risk/policy/new",
    "/risk/policy/new?as=json",
    "/risk/detectors",
    "/risk/models",
)
SHARED = ["content:5e0c1f2a9d", "address:77aa01"]


def details() -> list[str]:
    """A page of each kind that is about one thing, each with something on it."""
    tenant, other = make_tenant(name="Maple"), make_tenant(name="Birch")
    incident = make_incident(shares=SHARED)
    for one in (tenant, other):
        make_signal(one.id, incident_id=incident.id, family="content", shares=SHARED)
    signal = make_signal(None, subject_kind="address", subject="77aa01c4e0", incident_id=incident.id, shares=SHARED[1:])
    decision = make_decision(tenant.id, signal, incident_id=incident.id)
    appeal = make_appeal(decision)
    make_policy()
    make_policy(2, "saved", half_life_seconds=60)
    return [
        f"/risk/incidents/{incident.id}",
        f"/risk/decisions/{decision.id}",
        f"/risk/appeals/{appeal.id}",
        "/risk/policy/1",
        "/risk/policy/2?days=7",
    ]


def test_every_page_opens_where_there_is_nothing(platform: Client) -> None:
    for path in LISTS:
        page_of(platform, path)


def test_every_page_opens_where_there_is_something(platform: Client) -> None:
    for path in (*details(), *LISTS):
        page_of(platform, path)


def test_pages_about_what_is_not_there_are_not_found(platform: Client) -> None:
    for kind in ("incidents", "decisions", "appeals"):
        assert platform.get(f"/risk/{kind}/{new_id()}", headers=PAGE).status_code == 404
    assert platform.get("/risk/policy/7", headers=PAGE).status_code == 404
    assert platform.get("/risk/policy/new?from=7", headers=PAGE).status_code == 404


@pytest.mark.parametrize("who", ["owner", "reseller"])
def test_nobody_else_gets_in(app: Flask, who: str) -> None:
    host = "admin.localhost"
    owner = who == "owner"
    client = sign_in(app, new_tenant(), who, host) if owner else staff(app, who, host, make_reseller().id)
    for path in (*LISTS, *details()):
        assert (path, client.get(path, headers=PAGE).status_code) == (path, 403)


def test_the_stream_shows_signals_and_decisions_the_latest_first(platform: Client) -> None:
    tenant = make_tenant(name="Maple")
    make_signal(tenant.id, says="The first of them.", time=ago(minutes=2))
    make_signal(None, subject_kind="address", subject="77aa01c4e0", says="The second of them.")
    make_decision(tenant.id)
    make_decision(tenant.id, shadow=True, action="freeze")
    page = page_of(platform, "/risk")
    assert page.index("The second of them.") < page.index("The first of them.")
    assert ("Maple" in page, "77aa01c4" in page, "In the shadow" in page) == (True, True, True)


def test_an_incident_names_its_members_what_they_share_and_what_was_done(platform: Client) -> None:
    page = page_of(platform, details()[0])
    assert [name in page for name in ("Maple", "Birch", "77aa01c4")] == [True] * 3
    drawing = page.partition('<svg class="shared-graph"')[2].partition("</svg>")[0]
    assert (drawing.count("<circle"), drawing.count("<rect"), drawing.count("<line")) == (3, 2, 5)
    assert "Campaigns paused" in page


def test_the_heat_map_has_the_hottest_workspace_on_top(platform: Client) -> None:
    cool, hot = make_tenant(name="Cool"), make_tenant(name="Hot")
    make_signal(cool.id, score=0.4)
    for _ in range(3):
        make_signal(hot.id)
    page = page_of(platform, "/risk/map?range=week")
    rows = page.partition("<tbody>")[2] if "card-table" not in page else page.rpartition("<tbody>")[2]
    assert rows.index("Hot") < rows.index("Cool")


def test_the_scorecard_shows_the_newest_version_and_the_line_of_all(platform: Client) -> None:
    score = {"detector": "anomaly.spike", "attack": "spam burst", "seeds": [7], "false_actions": 0.0}
    with transaction(TESTS) as session:
        for version, recall in ((1, 0.81), (2, 0.97)):
            session.add(
                DetectorScore(
                    **score,
                    version=version,
                    recall=recall,
                    precision=0.98,
                    seconds_p50=0.4,
                    seconds_p99=1.2,
                    run_at=ago(hours=1),
                )
            )
    page = page_of(platform, "/risk/detectors?detector=anomaly.spike")
    table = page.partition("The newest versions on labelled streams")[2].partition("</table>")[0]
    assert ("97%" in table, "81%" in table, "Version 2" in table) == (True, False, True)
    assert "Precision and recall over the versions" in page
