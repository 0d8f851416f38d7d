"""The policy: what it decides, and which documents it refuses."""

from typing import Any

import pytest
from pydantic import ValidationError

from aerostic.detection.judging.policy import DEFAULT, FITTING, Policy


def of(**changes: Any) -> Policy:
    return Policy.model_validate({"steps": [STEP], **changes})


STEP = {"action": "slow", "kinds": ["key"], "score": 0.7, "seconds": 60}


def test_the_strongest_step_that_applies_counts_and_the_longest_of_its_action() -> None:
    decided = [
        DEFAULT.decide(score, families, "address") for score, families in ((0.4, 3), (0.5, 1), (0.85, 1), (0.99, 2))
    ]
    assert [step and (step.action, step.seconds) for step in decided] == [
        None,
        ("watch", 900),
        ("challenge", 1800),
        ("block", 3600),
    ]


def test_what_needs_two_kinds_of_evidence_is_not_done_for_one_however_sure_it_is() -> None:
    one, two = DEFAULT.decide(1.0, 1, "tenant"), DEFAULT.decide(0.98, 2, "tenant")
    assert (one and one.action, two and two.action) == ("pause", "freeze")


def test_the_one_that_ships_survives_being_kept_as_json() -> None:
    assert Policy.model_validate(DEFAULT.model_dump(mode="json")) == DEFAULT


def test_every_kind_of_subject_is_at_least_watched() -> None:
    decided = {kind: DEFAULT.decide(0.6, 1, kind) for kind in FITTING}
    assert {kind: step and step.action for kind, step in decided.items()} == dict.fromkeys(FITTING, "watch")


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [STEP | {"action": "freeze"}]},
        {"steps": [STEP | {"score": 1.2}]},
        {"steps": [STEP | {"seconds": 1}]},
        {"allowed": ["203.0.113.9"]},
        {"most_share": 2},
        {"colour": "red"},
    ],
    ids=["an action that nothing honours", "no score", "too short", "no subject", "no share", "what it does not know"],
)
def test_a_document_is_refused_that_says(change: dict[str, Any]) -> None:
    assert of().steps[0].action == "slow"
    with pytest.raises(ValidationError):
        of(**change)
