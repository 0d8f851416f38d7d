"""Runs in one transaction do without savepoints; where a step of one fails, each is taken by itself."""

from flask import Flask

from aerostic.flows.runs.starting import on_events
from tests.core.flows.shop import Shop
from tests.core.flows.starts import announced
from tests.core.flows.test_engine import flow
from tests.support.statements import statements

TAG = ("t", "tag", {"value": "{{ message.text }}"})
TAGGING = flow(("a", "heard", {}), TAG, edges="a>t")
FAILING = flow(
    ("a", "heard", {}),
    TAG,
    ("c", "choose", {"ways": ["two"], "value": "{{ message.text }}"}),
    ("f", "tag_then_fail", {"value": "never"}),
    edges="a>t t>c c.two>f",
)
WORDS = ("one", "two", "three")


def times(told: list[str], beginning: str) -> int:
    return sum(statement.startswith(beginning) for statement in told)


def test_where_all_goes_well_there_is_no_savepoint_and_all_is_announced_at_once(app: Flask, shop: Shop) -> None:
    shop.publish(TAGGING)
    events = [shop.says(words) for words in WORDS]
    announced(shop.id)
    with statements() as told:
        on_events(shop.id, events)
    assert (times(told, "SAVEPOINT"), times(told, "INSERT INTO outbox")) == (0, 1)
    assert shop.tags() == {"one": 1, "two": 1, "three": 1}
    assert [one.type for one in announced(shop.id)] == ["contact.tagged"] * 3


def test_where_one_alone_fails_it_is_taken_with_savepoints(app: Flask, shop: Shop) -> None:
    shop.publish(FAILING)
    with statements() as told:
        on_events(shop.id, [shop.says("one")])
        assert times(told, "SAVEPOINT") == 0
        on_events(shop.id, [shop.says("two")])
    assert times(told, "SAVEPOINT") > 0
    assert sorted(run.state for run in shop.runs()) == ["ended", "failed"]


def test_where_one_fails_nothing_of_its_step_remains_and_the_others_go_on_once(app: Flask, shop: Shop) -> None:
    shop.publish(FAILING)
    events = [shop.says(words) for words in WORDS]
    announced(shop.id)
    on_events(shop.id, events)
    assert sorted(run.state for run in shop.runs()) == ["ended", "ended", "failed"]
    assert shop.tags() == {"one": 1, "two": 1, "three": 1}
    assert [one.type for one in announced(shop.id)] == ["contact.tagged"] * 3
