"""The engine: from observations to decisions, and what holds them back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from aerostic.db import Event, new_id
from aerostic.detection.contract import Signal, Tick
from aerostic.detection.judging.engine import Engine, Judged
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.judging.risk import Key
from aerostic.detection.judging.standing import Held
from aerostic.detection.running.loading import Loaded, take
from tests.support.detecting import NOW, Scripted, Wrong, engine, signal, tried


def saying(*signals: Signal, policy: Policy = DEFAULT) -> Engine:
    """An engine whose one detector says the same in each tick, of the moment."""
    return engine(Scripted(lambda tick: [replace(one, time=tick.now) for one in signals]), policy=policy)


def judge(own: Engine, now: float = NOW, events: Iterable[Event] = ()) -> list[tuple[str, str]]:
    """What is decided, on whom."""
    decisions = own.judge([*events] or [tried(time=now)], now).decisions
    return [(decision.subject.id, decision.action) for decision in decisions]


def old(own: Engine, tenant: UUID) -> UUID:
    """A tenant that has been seen for a day."""
    own.decider.saw([tenant], NOW - 24 * 3600)
    return tenant


def test_ten_wrong_passwords_block_the_address_and_say_why() -> None:
    own = engine(Wrong())
    assert own.judge([tried(time=NOW - n) for n in range(9, 0, -1)], NOW) == Judged()
    judged = own.judge([tried(time=NOW)], NOW)
    (decision,), (said,) = judged.decisions, judged.signals
    assert (decision.action, decision.subject.id, decision.families) == ("block", "x", ("credentials",))
    assert (round(decision.score, 9), decision.until, decision.policy_version) == (0.95, NOW + 900, 1)
    assert said.evidence == {"count": 10}


def test_a_detector_is_asked_once_a_tick_and_only_for_what_it_wants() -> None:
    asked: list[Tick] = []
    own = engine(Scripted(lambda tick: asked.append(tick) or ()))  # type: ignore[func-returns-value]
    own.judge([Event("page.asked", None, "k", {})], NOW)
    assert asked == []
    own.judge([Event("page.asked", None, "k", {}), *(tried() for _ in range(5))], NOW)
    assert [len(list(tick.of("signin.tried"))) for tick in asked] == [5]


def test_what_stands_is_not_decided_again_until_half_of_it_is_over_and_then_prolonged() -> None:
    own = saying(signal())
    first = own.judge([tried()], NOW).decisions[0]
    assert judge(own, NOW + 400) == []
    (later,) = own.judge([tried(time=NOW + 460)], NOW + 460).decisions
    assert (later.id, later.prolongs) == (first.id, True)


def test_stronger_evidence_takes_the_place_of_what_stands() -> None:
    said = [signal(score=0.78)]
    own = engine(Scripted(lambda tick: said))
    slow = own.judge([tried()], NOW).decisions[0]
    said[:] = [signal(score=0.95)]
    block = own.judge([tried()], NOW + 1).decisions[0]
    assert (slow.action, block.action, block.replaces, block.id != slow.id) == ("slow", "block", slow.id, True)
    said[:] = [signal(score=0.6)]
    assert judge(own, NOW + 2) == []


def test_who_is_on_the_allow_list_is_never_acted_on() -> None:
    policy = DEFAULT.model_copy(update={"allowed": ("address:x",)})
    assert judge(saying(signal(), signal(subject="y"), policy=policy)) == [("y", "block")]


@pytest.mark.parametrize(
    ("most", "expected"), [("", []), ("watch", ["watch"]), ("slow", ["slow"]), ("freeze", ["block"])]
)
def test_no_more_is_done_than_staff_allow(most: str, expected: list[str]) -> None:
    own = saying(signal())
    own.decider.standing.limit({("address", "x"): (most, NOW + 60)})
    assert [action for _, action in judge(own)] == expected


def test_the_word_of_staff_ends_when_they_said() -> None:
    own = saying(signal())
    own.decider.standing.limit({("address", "x"): ("", NOW)})
    assert judge(own) == [("x", "block")]


def test_the_volume_of_a_young_tenant_is_noted_and_counts_for_nothing() -> None:
    tenant = new_id()
    own = saying(signal("tenant", "t", tenant_id=tenant, family="volume"))
    judged = own.judge([tried(tenant_id=tenant)], NOW)
    assert ([one.family for one in judged.signals], judged.decisions) == (["volume"], [])
    assert judge(own, NOW + 3700, [tried(tenant_id=tenant)]) == [("t", "pause")]


def test_other_evidence_against_a_young_tenant_counts() -> None:
    tenant = new_id()
    own = saying(signal("tenant", "t", tenant_id=tenant, family="wave"))
    assert judge(own, events=[tried(tenant_id=tenant)]) == [("t", "pause")]


def test_no_more_than_a_share_of_the_tenants_is_acted_on_and_the_others_are_watched() -> None:
    tenants = [new_id() for _ in range(50)]
    said = [signal("tenant", str(tenant), tenant_id=tenant) for tenant in tenants[:20]]
    own = saying(*said, signal("address", "nobody's"))
    actions = [action for _, action in judge(own, events=[tried(tenant_id=tenant) for tenant in tenants])]
    assert actions == ["pause"] * 10 + ["watch"] * 10 + ["block"]


def test_of_a_handful_of_tenants_each_may_be_acted_on() -> None:
    tenants = [new_id() for _ in range(5)]
    own = saying(*(signal("tenant", str(tenant), tenant_id=tenant) for tenant in tenants))
    assert [action for _, action in judge(own)] == ["pause"] * 5


def test_a_tenant_that_is_acted_on_already_may_be_acted_on_further() -> None:
    tenants = [new_id() for _ in range(5)]
    own = saying(*(signal("tenant", str(tenant), tenant_id=tenant) for tenant in tenants))
    judge(own)
    own.panel.seats[0].detector.says = lambda tick: [signal("number", "n", tenant_id=tenants[0])]  # type: ignore[attr-defined]
    assert judge(own, NOW + 1) == [("n", "pause")]


def test_a_policy_in_the_shadow_decides_without_acting() -> None:
    own = saying(signal(score=0.6))
    strict = DEFAULT.model_copy(update={"steps": (DEFAULT.steps[0].model_copy(update={"score": 0.1, "seconds": 99}),)})
    own.use_shadow(strict, 7)
    acts, shadow = own.judge([tried()], NOW).decisions
    assert (acts.policy_version, acts.shadow, shadow.policy_version, shadow.shadow) == (1, False, 7, True)
    assert shadow.until == NOW + 99
    assert judge(own, NOW + 1) == []


def test_another_version_goes_on_with_what_is_known() -> None:
    own = saying(signal(score=0.7))
    assert judge(own) == [("x", "watch")]
    own.use(DEFAULT.model_copy(update={"steps": (DEFAULT.steps[1].model_copy(update={"score": 0.65}),)}), 2)
    (decision,) = own.judge([tried()], NOW + 1).decisions
    assert (decision.action, decision.policy_version) == ("slow", 2)


def test_a_detector_that_raises_loses_its_signals_and_the_others_go_on() -> None:
    def fails(tick: Tick) -> Iterable[Signal]:
        raise RuntimeError("no")

    bad, good = Scripted(fails), Wrong()
    own = engine(bad, good)
    assert judge(own, events=[tried() for _ in range(10)]) == [("x", "block")]


def test_one_that_fails_ten_times_in_a_row_rests_for_a_minute() -> None:
    asked: list[float] = []

    def fails(tick: Tick) -> Iterable[Signal]:
        asked.append(tick.now - NOW)
        raise RuntimeError("no")

    own = engine(Scripted(fails))
    for second in range(80):
        judge(own, NOW + second)
    assert asked == [*range(10), *range(69, 79)]


@pytest.mark.parametrize(
    "garbage",
    [
        signal(score=float("nan")),
        signal(score=1.1),
        signal(score=-0.1),
        signal(time=float("inf")),
        signal(time=NOW + 61),
        signal(subject=""),
        signal(subject="x" * 300),
        signal(subject="a\x00b"),
        signal(shares={"address:"}),
        signal(evidence={"rate": float("inf")}),
        signal(evidence={"who": ["a", "list"]}),
        signal(evidence={"who": "a\x00b"}),
    ],
)
def test_no_action_is_taken_on_garbage(garbage: Signal) -> None:
    judged = engine(Scripted(lambda tick: [garbage])).judge([tried()], NOW)
    assert judged == Judged()


def test_a_limit_that_does_not_fit_a_subject_leaves_what_is_weaker_and_fits() -> None:
    own = saying(signal("key", "k"))
    own.decider.standing.limit({("key", "k"): ("challenge", NOW + 60)})
    assert judge(own) == [("k", "slow")]


def test_new_tenants_that_are_acted_on_do_not_protect_older_ones() -> None:
    young = [new_id() for _ in range(5)]
    said = [signal("tenant", str(tenant), tenant_id=tenant) for tenant in young]
    own = engine(Scripted(lambda tick: said))
    grown = old(own, new_id())
    own.judge([tried(tenant_id=tenant) for tenant in young], NOW)
    said[:] = [signal("tenant", "grown", tenant_id=grown), signal("tenant", "sixth", tenant_id=new_id())]
    assert judge(own, NOW + 1) == [("grown", "pause"), ("sixth", "watch")]


def test_sharing_nothing_but_what_is_allowed_is_no_evidence() -> None:
    policy = DEFAULT.model_copy(update={"allowed": ("link:wide",)})
    wide, narrow = frozenset({"link:wide"}), frozenset({"link:wide", "link:narrow"})
    own = saying(signal(shares=wide), signal(subject="y", shares=narrow), policy=policy)
    assert judge(own) == [("y", "block")]


def test_the_shadow_heeds_the_word_of_staff_and_forgets_what_has_run_out() -> None:
    own = saying(signal(), signal(subject="y"))
    own.use_shadow(DEFAULT, 7)
    shadow = own.shadow
    assert shadow is not None
    limits = {("address", "x"): ("", NOW + 9_000)}
    take(Loaded(DEFAULT, 1, (DEFAULT, 7), {}, limits), own, NOW)
    assert judge(own) == [("y", "block")] * 2
    take(Loaded(DEFAULT, 1, (DEFAULT, 7), {}, limits), own, NOW + 8_000)
    assert dict(shadow.standing.all()) == {}


def test_tenants_held_at_watching_are_decided_without_going_through_all_that_stands() -> None:
    own = saying(*(signal("tenant", str(tenant), tenant_id=tenant) for tenant in [new_id() for _ in range(9)]))
    judge(own)
    looked: list[float] = []
    own.decider.standing._held = Looked(own.decider.standing.all(), looked)
    for number in range(9):
        judge(own, NOW + number / 20)
    assert len(looked) <= 1


class Looked(dict[Key, Held]):
    """Tells when it is gone through."""

    def __init__(self, held: Mapping[Key, Held], looked: list[float]) -> None:
        super().__init__(held)
        self.looked = looked

    def items(self) -> Any:
        """See `dict.items`."""
        self.looked.append(0)
        return super().items()

    def values(self) -> Any:
        """See `dict.values`."""
        self.looked.append(0)
        return super().values()
