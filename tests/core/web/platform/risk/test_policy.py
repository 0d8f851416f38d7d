"""The policy's pages: written as a form or as JSON, tried on what was noticed, kept in versions, let act."""

from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from aerostic.db import transaction
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.models import RiskPolicy
from aerostic.detection.people.verdicts import Tally, suggested, tallies_of_families
from aerostic.testing.people import Client
from aerostic.web.platform.risk.sheet import of_form, of_json, of_policy
from tests.core.web.platform.risk.conftest import page_of
from tests.support.factories import TESTS, make_tenant
from tests.support.risk import ago, make_decision, make_incident, make_policy, make_signal


@pytest.fixture
def active(app: Flask) -> RiskPolicy:
    return make_policy()


def typed(policy: Policy = DEFAULT, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the form that shows a policy."""
    fields = {"as": "form", "act": "save", "note": "calmer", **of_policy(policy).fields, **changes}
    return {name: value if isinstance(value, list) else str(value) for name, value in fields.items()}


def states() -> dict[int, str]:
    with transaction(TESTS) as session:
        return {row.version: row.state for row in session.scalars(select(RiskPolicy))}


def saved(version: int) -> Policy:
    with transaction(TESTS) as session:
        return Policy.model_validate(
            session.scalars(select(RiskPolicy).where(RiskPolicy.version == version)).one().document
        )


def test_a_form_gives_back_the_policy_that_it_shows(app: Flask) -> None:
    policy = DEFAULT.model_copy(update={"weights": {"volume": 0.5}, "allowed": ("address:77aa", "subnet:91ab")})
    with app.test_request_context():
        assert of_form(MultiDict(typed(policy))).policy == policy
        assert of_json(of_policy(policy).document).policy == policy


def test_rows_without_an_action_are_left_out(app: Flask) -> None:
    with app.test_request_context():
        policy = of_form(MultiDict(typed(**{"steps.0.action": ""}))).policy
    assert policy is not None
    assert policy.steps == DEFAULT.steps[1:]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("half_life_seconds", "soon"),
        ("most_share", "1.5"),
        ("steps.3.score", "2"),
        ("steps.3.seconds", "1"),
        ("steps.3.kinds", ["address"]),
        ("weights.volume", "many"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    platform: Client, active: RiskPolicy, name: str, value: Any
) -> None:
    answer = platform.post_form("/risk/policy/new", typed(**{name: value, "allowed": "address:77aa"}))
    field = "steps.3.action" if name == "steps.3.kinds" else name
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert ("address:77aa" in answer.text, states()) == (True, {1: "active"})


@pytest.mark.parametrize("document", ["{", "[]", '{"steps": [], "more": 1}', '{"steps": [{"action": "dance"}]}'])
def test_json_that_is_no_policy_is_told_so(platform: Client, active: RiskPolicy, document: str) -> None:
    form = {"as": "json", "act": "save", "note": "x", "document": document}
    answer = platform.post_form("/risk/policy/new", form)
    assert (answer.status_code, 'id="e-document"' in answer.text, states()) == (422, True, {1: "active"})


def test_a_version_is_saved_and_does_nothing_until_it_is_let_act(platform: Client, active: RiskPolicy) -> None:
    answer = platform.post_form("/risk/policy/new", typed(half_life_seconds="60"))
    assert (answer.status_code, answer.location) == (303, "/risk/policy/2")
    assert (states(), saved(2)) == ({1: "active", 2: "saved"}, DEFAULT.model_copy(update={"half_life_seconds": 60}))
    page_of(platform, "/risk/policy/2")
    platform.post_form("/risk/policy/2/activate")
    assert states() == {1: "retired", 2: "active"}
    platform.post_form("/risk/policy/1/activate")
    assert states() == {1: "active", 2: "retired"}


def test_saving_needs_a_few_words(platform: Client, active: RiskPolicy) -> None:
    assert platform.post_form("/risk/policy/new", typed(note="")).status_code == 422
    assert states() == {1: "active"}


def test_one_version_at_a_time_decides_in_the_shadow(platform: Client, active: RiskPolicy) -> None:
    for version in (2, 3):
        make_policy(version, "saved")
        platform.post_form(f"/risk/policy/{version}/shade")
    assert states() == {1: "active", 2: "saved", 3: "shadow"}
    platform.post_form("/risk/policy/1/shade")
    assert states() == {1: "active", 2: "saved", 3: "shadow"}
    platform.post_form("/risk/policy/3/unshade")
    assert states() == {1: "active", 2: "saved", 3: "saved"}
    assert platform.post_form("/risk/policy/9/shade").status_code == 404


def test_trying_shows_which_decisions_would_differ_and_saves_nothing(platform: Client, active: RiskPolicy) -> None:
    tenant = make_tenant(name="Maple", created_at=ago(days=90))
    make_signal(tenant.id, score=0.93, time=ago(hours=3))
    softer = of_policy(DEFAULT).document.replace('"pause"', '"slow"')
    for form in (
        typed(act="try", days="7", **{"steps.3.action": "slow"}),
        {"as": "json", "act": "try", "days": "1", "document": softer},
    ):
        answer = platform.post_form("/risk/policy/new", form)
        table = answer.text.partition("Decisions that differ")[2].partition("</table>")[0]
        assert (answer.status_code, states()) == (200, {1: "active"})
        assert [words in table for words in ("Maple", "Campaigns paused", "Slowed down")] == [True] * 3


def test_a_saved_version_is_compared_with_the_one_that_acts(platform: Client, active: RiskPolicy) -> None:
    make_policy(2, "saved")
    assert "Nothing would differ" in page_of(platform, "/risk/policy/2?days=7")
    assert orjson.loads(of_policy(DEFAULT).document) == saved(2).model_dump(mode="json")


def test_evidence_that_was_mostly_a_false_alarm_is_weighed_less_in_a_version_that_is_suggested(
    platform: Client, active: RiskPolicy
) -> None:
    assert "suggested=1" not in page_of(platform, "/risk/detectors")
    tenants = [make_tenant(name=f"Shop {number}", created_at=ago(days=90)) for number in range(5)]
    for number, tenant in enumerate(tenants):
        found = make_signal(tenant.id, time=ago(hours=3))
        make_decision(tenant.id, found, verdict="wrong" if number else "right")
        make_incident(families=["content"], verdict="right")
    make_decision(None, subject_kind="address", subject="77aa", began_at=ago(days=31), verdict="wrong")
    assert "suggested=1" in page_of(platform, "/risk/detectors")
    assert "mostly a false alarm" in page_of(platform, "/risk/policy/new?suggested=1")
    with transaction(TESTS) as session:
        assert suggested(DEFAULT, tallies_of_families(session, ago(days=30))) == {"volume": 0.7}
    lighter = DEFAULT.model_copy(update={"weights": {"volume": 0.7}})
    assert suggested(lighter, [Tally("volume", 1, 4)]) == {}
    tried = platform.post_form("/risk/policy/new", typed(lighter, act="try")).text
    assert ("1 right, 4 false alarms" in tried, "0 right, 0 false alarms" in tried) == (True, True)
