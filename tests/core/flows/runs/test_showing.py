"""Nobody sees a person's data in a journal without having said why."""

from aerostic.flows.runs.showing import shown
from aerostic.flows.state import Done

STEP = Done(
    1,
    "a",
    "failed",
    "error",
    {"phone": "+16505557788", "deep": [{"note": "write to ada.l@example.org", "n": 3}]},
    {"token": "s3cr3t-token-of-a-shop", "to": "ada.l@example.org", "count": 2},
    ("refused", "No such person: +16505557788."),
    values={"email": "ada.l@example.org"},
)


def test_personal_data_and_secrets_are_masked_at_any_depth():
    (step,) = shown([STEP], revealed=False)
    told = repr(step)
    assert not any(secret in told for secret in ("16505557788", "ada.l@example.org", "s3cr3t-token"))
    assert (step.seq, step.node, step.error[0], step.output["count"]) == (1, "a", "refused", 2)
    assert step.input["deep"][0]["n"] == 3


def test_who_gave_a_reason_sees_it_as_it_is():
    assert shown([STEP], revealed=True) == [STEP]
