"""Scoring: what counts as right, as found and as false; and a stream through the engine in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

import click
import pytest

from aerostic.cli.detect.labelled import CHECKOUT, fingerprint, open_stream
from aerostic.cli.detect.lived import subjects_of
from aerostic.cli.detect.marking import GRACE, Marks
from aerostic.cli.detect.quick import is_action, replay, ticks
from aerostic.cli.detect.score import seeds_of
from aerostic.detection.contract import Counted, Detector, Signal, Subject, Tick, Windows
from tests.labelled.labels import Calm, Label
from tests.support.detecting import NOW, tried


@dataclass(frozen=True)
class Action:
    """An action on an address."""

    name: str
    time: float
    families: tuple[str, ...] = ("guessing",)

    @property
    def subject(self) -> Subject:
        return Subject("address", self.name)


def stream(*marks: Label | Calm) -> SimpleNamespace:
    labels = [mark for mark in marks if isinstance(mark, Label)]
    return SimpleNamespace(labels=labels, calm=[mark for mark in marks if isinstance(mark, Calm)])


def label(name: str, begin: float = 100.0, end: float = 200.0, family: str = "brute_force") -> Label:
    return Label(family, "fast", frozenset([("address", name)]), begin, end)


def marked(*actions: Action, of: SimpleNamespace) -> dict:  # type: ignore[type-arg]
    marks = Marks({"guessing": "brute_force"})
    marks.take(1, of, actions, 10.0)
    return marks.figures()


def test_an_attack_is_found_with_the_first_right_action() -> None:
    figures = marked(Action("a", 130.0), Action("a", 150.0), of=stream(label("a"), label("b")))
    one = figures["families"]["brute_force"]
    assert (one["attacks"], one["recall"], one["precision"], one["seconds_p50"]) == (2, 0.5, 1.0, 30.0)
    assert one["missed"] == ["seed 1: fast"]


def test_an_action_before_the_attack_or_long_after_it_is_false() -> None:
    figures = marked(Action("a", 99.0), Action("a", 201.0 + GRACE), of=stream(label("a")))
    assert figures["families"]["brute_force"]["precision"] == 0.0
    assert (figures["false_actions"], figures["false_actions_per_tenant_day"]) == (2, 0.2)


def test_a_false_action_says_on_which_honest_thing() -> None:
    calm = Calm("sale day", frozenset([("address", "s")]), 0.0, 500.0)
    figures = marked(Action("s", 50.0), of=stream(calm))
    assert (figures["on_sale_days"], figures["false_actions_on"]) == (1, {"sale day": 1})


def test_seeds_are_numbers_and_ranges() -> None:
    assert seeds_of("1,4, 7-9") == [1, 4, 7, 8, 9]
    with pytest.raises(click.BadParameter):
        seeds_of("one")


def test_streams_come_from_the_checkout_and_their_texts_have_prints_that_are_the_same_everywhere() -> None:
    assert (CHECKOUT / "tests" / "labelled").is_dir()
    assert open_stream(3, 2, 200).labels == []
    exact, print_ = fingerprint("Your order 1234 is ready.")
    assert fingerprint("your ORDER 77 is ready") == (exact, print_)
    assert len(print_) == 88


def test_a_tick_is_a_second_at_most() -> None:
    events = [tried(time=NOW + moment) for moment in (0.0, 0.5, 0.9, 1.2, 9.0)]
    assert [len(tick) for tick in ticks(events)] == [3, 1, 1]


class Ten(Detector):
    """Blocks an address at its tenth try."""

    name, title, family = "tests.ten", "Ten", "guessing"
    subscribes, windows = frozenset({"signin.tried"}), (Counted("tries", 600, 60),)

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        for event in tick.of("signin.tried"):
            address, time = event.data["address"], event.time.timestamp()
            if windows.count("tries", address, time) >= 10:
                yield Signal(self.name, self.family, Subject("address", address), 0.95, time, "Ten.")


def test_a_stream_is_replayed_with_its_own_clock_and_an_action_counts_once() -> None:
    events = [tried("x", time=NOW + 10 * number) for number in range(30)]
    done = replay(SimpleNamespace(events=lambda: iter(events), labels=[], calm=[]), [Ten()])
    assert (done.events, len(done.actions), done.actions[0].time) == (30, 1, NOW + 90)
    assert all(is_action(action) for action in done.actions)  # type: ignore[arg-type]


def test_producers_ask_about_everybody_whom_an_event_is_about() -> None:
    assert list(subjects_of(tried("x"))) == [("address", "x"), ("account", "c" * 16)]
