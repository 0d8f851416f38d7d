"""Steps that decide, split and wait, each by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from aerostic_logic.deciding import Condition, Deciding, Switch, Switching
from aerostic_logic.splitting import Split, Splitting
from aerostic_logic.waiting import Answering, Pause, WaitFor, WaitForReply
from pydantic import ValidationError

from aerostic.sdk.flows import Context, Go, Wait, Woken

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
ID = UUID(int=1)


def context(**values: Any) -> Context:
    return Context(ID, ID, "node", "key", NOW, {"message": {}, "vars": {}, **values.pop("values", {})}, **values)


@pytest.mark.parametrize(("match", "port"), [("all", "no"), ("any", "yes")])
def test_a_condition_asks_for_all_of_its_rules_or_for_one(match, port):
    rules = [{"value": "3", "operator": "more", "other": "2"}, {"value": "a", "other": "b"}]
    assert Condition().run(context(), Deciding.model_validate({"match": match, "rules": rules})) == Go(port)


CASES = [
    {"port": "buy", "words": ["buy", "order"]},
    {"port": "stop", "how": "equals", "words": ["stop"]},
    {"port": "id", "how": "matches", "words": [r"#\d+"]},
]


@pytest.mark.parametrize(
    ("text", "port"),
    [("I would like to ORDER", "buy"), ("Stop", "stop"), ("please stop", "other"), ("it is #12", "id")],
)
def test_a_switch_takes_the_first_case_that_fits(text, port):
    config = Switching.model_validate({"value": text, "cases": CASES})
    assert Switch().run(context(), config) == Go(port)
    assert [one.name for one in Switch().ports(config)] == ["buy", "stop", "id", "other"]


@pytest.mark.parametrize(
    ("cases", "codes"),
    [
        ([{"port": "x", "how": "matches", "words": ["("]}], ["pattern"]),
        ([{"port": "x", "how": "matches", "words": ["(a{1000}){1000}"]}], ["pattern"]),
        ([{"port": "x", "how": "matches", "words": ["(?R)"]}], ["pattern"]),
        ([{"port": "x", "words": ["("]}], []),
        ([{"port": "x", "words": ["a"]}, {"port": "x", "words": ["b"]}], ["twice"]),
        ([{"port": "other", "words": ["a"]}], ["twice"]),
    ],
)
def test_cases_that_cannot_be_told_apart_or_found_are_problems(cases, codes):
    config = Switching.model_validate({"cases": cases})
    assert [problem.code for problem in Switch().problems(config)] == codes


@pytest.mark.parametrize(
    ("operator", "other", "fine"),
    [
        ("more", "two", False),
        ("more", "2.5", True),
        ("more", "{{ vars.n }}", True),
        ("before", "soon", False),
        ("matches", "(", False),
    ],
)
def test_what_can_be_compared_to_nothing_is_a_problem(operator, other, fine):
    config = Deciding.model_validate({"rules": [{"value": "x", "operator": operator, "other": other}]})
    assert [one.field for one in Condition().problems(config)] == ([] if fine else ["rules.0.other"])


def test_a_split_sends_shares_and_a_contact_always_the_same_way():
    shares = [{"port": "a", "percent": 70}, {"port": "b", "percent": 30}]
    config, split = Splitting.model_validate({"shares": shares}), Split()
    people = [uuid5(ID, str(number)) for number in range(1_000)]
    ways = [split.run(context(contact_id=one), config).port for one in people]
    assert ways == [split.run(context(contact_id=one), config).port for one in people]
    assert 650 < ways.count("a") < 750
    odd = [{"port": "a", "percent": 70}, {"port": "a", "percent": 31}]
    assert [one.code for one in split.problems(Splitting.model_validate({"shares": odd}))] == ["whole", "twice"]


def test_a_while_is_waited_for():
    assert WaitFor().run(context(), Pause(amount=2, unit="days")) == Wait(NOW + timedelta(days=2))


def test_nothing_is_waited_for_longer_than_a_year():
    with pytest.raises(ValidationError, match="A run waits a year at most"):
        Pause(amount=366, unit="days")
    assert Pause(amount=525_600, unit="minutes").length() == timedelta(days=365)


def test_an_answer_is_kept_and_none_in_time_goes_another_way():
    node, config = WaitForReply(), Answering(amount=1, unit="hours", variable="said")
    assert node.run(context(), config) == Wait(NOW + timedelta(hours=1), "reply")
    assert node.resume(context(), config, Woken("reply", {"text": "yes"})) == Go(
        "next", {"text": "yes"}, {"said": "yes"}
    )
    assert node.resume(context(), config, Woken("time")) == Go("late")
