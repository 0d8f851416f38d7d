"""The list of runs, a run's page, and what is decided there."""

import pytest
from flask import Flask

from tests.plugins.aerostic_flows.scenes import FAILING, HERE, PAGE, SIMPLE, WAITING, Desk, document, visit, words
from tests.support.factories import make_contact


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_runs_are_listed_and_found_by_state_flow_reason_and_contact(app: Flask, desk: Desk) -> None:
    good, bad, slow = desk.published("Good"), desk.published("Bad", FAILING), desk.published("Slow", WAITING)
    ada = make_contact(desk.id, name="Ada").id
    for flow in (good, bad, slow):
        desk.run(flow, contact_id=ada if flow == good else None)
    client = visit(app, desk, "viewer")

    def found(query: str) -> list[str]:
        page = client.get(f"{HERE}/runs?{query}").text
        return [name for name in ("Good", "Bad", "Slow") if f'dir="auto">{name}</a>' in page]

    assert found("") == ["Good", "Bad", "Slow"]
    assert [found(f"state={state}") for state in ("dead", "going", "ended", "x")] == [
        ["Bad"],
        ["Slow"],
        ["Good"],
        ["Good", "Bad", "Slow"],
    ]
    assert [found(query) for query in (f"flow={slow}", "reason=expression", "q=ada", f"contact={ada}")] == [
        ["Slow"],
        ["Bad"],
        ["Good"],
        ["Good"],
    ]
    assert found("since=2020-01-01&until=2020-02-01") == []


def test_a_run_is_told_step_by_step(app: Flask, desk: Desk) -> None:
    run = desk.run(desk.published(drawn=WAITING), text="<script>alert(1)</script> 100%")
    html = visit(app, desk, "viewer").get(f"{HERE}/runs/{run}").text
    page = words(html)
    assert "State Waiting Waits for" in page
    assert "2. Note it" in page and "3. Wait Waits" in page
    assert ("<script>alert" in html, "&lt;script&gt;alert(1)&lt;/script&gt; 100%" in html) == (False, True)
    assert "Retry" not in page and "Cancel" not in page


def test_personal_data_is_veiled_until_a_reason_is_given(app: Flask, desk: Desk) -> None:
    contact = make_contact(desk.id, name="Ada").id
    run = desk.run(desk.published(), contact_id=contact, text="call me at +49 151 23456789")
    client = visit(app, desk, "owner")
    here = f"{HERE}/runs/{run}"
    assert "+49 151 23456789" not in client.get(here).text
    answer = client.post_form(f"/contacts/{contact}/reveal", {"reason": "They asked us", "back": here})
    assert answer.location == here
    assert "+49 151 23456789" in client.get(here).text


def test_a_failed_run_says_why_and_goes_on_on_the_mended_version(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=FAILING)
    run = desk.run(flow)
    client = visit(app, desk)
    page = words(client.get(f"{HERE}/runs/{run}").text)
    assert "State Failed an expression cannot be worked out" in page
    assert "Retry on version 1" in page
    mended = document({"id": "bad", "kind": "logic.set", "config": {"name": "x", "value": "1"}}, edges="in>bad")
    desk.publish(flow, mended)
    assert "Retry on the published version 2" in words(client.get(f"{HERE}/runs/{run}").text)
    client.post_form(f"{HERE}/runs/{run}/retry", {"on": "new"})
    assert desk.state(run) == "ready"
    client.post_form(f"{HERE}/runs/{run}/retry", {"on": "new"})
    assert "This run is over, or goes on by itself." in words(client.get(f"{HERE}/runs/{run}").text)


def test_all_of_a_filter_are_retried(app: Flask, desk: Desk) -> None:
    bad, other = desk.published("Bad", FAILING), desk.published("Other", FAILING)
    runs = [desk.run(flow) for flow in (bad, bad, other)]
    client = visit(app, desk)
    assert "Retry all of these" in client.get(f"{HERE}/runs?state=dead&flow={bad}").text
    answer = client.post_form(f"{HERE}/runs/retry", {"flow": str(bad), "on": "old"})
    assert [desk.state(run) for run in runs] == ["ready", "ready", "failed"]
    assert "2 runs go on." in words(client.get(answer.location).text)


def test_a_waiting_run_is_cancelled(app: Flask, desk: Desk) -> None:
    run = desk.run(desk.published(drawn=WAITING))
    client = visit(app, desk)
    client.post_form(f"{HERE}/runs/{run}/cancel")
    assert desk.state(run) == "cancelled"


def test_a_replay_stands_beside_what_was(app: Flask, desk: Desk) -> None:
    flow = desk.published()
    run = desk.run(flow, text="hi")
    client = visit(app, desk)
    page = words(client.get(f"{HERE}/runs/{run}/replay").text)
    assert "Both paths are the same." in page
    desk.publish(flow, WAITING)
    page = words(client.get(f"{HERE}/runs/{run}/replay?on=2").text)
    assert "The paths differ." in page and "only here" in page
    assert "Both paths are the same." in words(client.get(f"{HERE}/runs/{run}/replay?on=1").text)
    assert desk.state(run) == "ended"
    gone = words(client.get(f"{HERE}/runs/{run}/replay?from=99").text)
    assert "Both paths" not in gone


def test_another_workspace_sees_nothing_of_a_run(app: Flask, desk: Desk) -> None:
    run = desk.run(desk.published(drawn=WAITING))
    client = visit(app, Desk())
    assert [client.get(f"{HERE}/runs/{run}{path}", headers=PAGE).status_code for path in ("", "/replay")] == [404, 404]
    assert [client.post_form(f"{HERE}/runs/{run}/{act}").status_code for act in ("retry", "cancel")] == [404, 404]
    client.post_form(f"{HERE}/runs/retry")
    assert desk.state(run) == "waiting"


@pytest.mark.parametrize("path", ["retry", "cancel", "replay"])
def test_who_may_only_look_decides_nothing(app: Flask, desk: Desk, path: str) -> None:
    run = desk.run(desk.published(drawn=SIMPLE))
    client = visit(app, desk, "viewer")
    asked = client.get if path == "replay" else client.post_form
    assert asked(f"{HERE}/runs/{run}/{path}", headers=PAGE).status_code == 403
