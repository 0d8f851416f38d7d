"""What became of a message depends on what was told, not on the order or number of the telling."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.messaging.contract import StatusUpdate
from aerostic.messaging.inbound.fate import Fate, news

ID = UUID(int=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
STATUSES = ("sent", "delivered", "read", "failed")


def told(status: Any, seconds: int = 0, *, attempt: int = 1, code: int = 131026, **values: Any) -> StatusUpdate:
    code = code if status == "failed" else 0
    time = START + timedelta(seconds=seconds)
    return StatusUpdate("7", "wamid.1", status, time, ID, attempt, code, f"reason {code}" if code else "", **values)


def waiting(state: str = "unknown", **values: Any) -> Fate:
    return Fate(ID, state, created_at=START, sending_at=START, has_provider_id=False, **values)


def after(fate: Fate, *updates: StatusUpdate) -> Fate:
    for update in updates:
        fate.learn(update)
    return fate


UPDATES = st.builds(
    told,
    st.sampled_from(STATUSES),
    st.integers(0, 5),
    code=st.integers(1, 3),
    pricing=st.just({}),
)


@given(st.lists(UPDATES, max_size=6), st.data())
def test_any_order_with_any_repeats_ends_the_same(updates: list[StatusUpdate], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(updates), max_size=4)) if updates else []
    again = data.draw(st.permutations(updates + repeats))
    assert after(waiting(), *again) == after(waiting(), *updates)


@pytest.mark.parametrize("order", list(permutations(STATUSES)))
def test_evidence_of_arrival_outweighs_a_failure(order: tuple[str, ...]) -> None:
    fate = after(waiting("accepted"), *(told(status, number) for number, status in enumerate(order)))
    assert (fate.status, fate.error_code, fate.error) == ("read", None, "")
    assert [fate.sent_at, fate.delivered_at, fate.read_at, fate.failed_at] == [
        START + timedelta(seconds=order.index(status)) for status in STATUSES
    ]


def test_a_late_sent_does_not_lower_delivered() -> None:
    fate = after(waiting("accepted"), told("delivered", 5), told("sent", 9))
    assert (fate.status, fate.sent_at) == ("delivered", START + timedelta(seconds=9))


def test_a_failure_after_sent_stands() -> None:
    fate = after(waiting("accepted"), told("failed", 5), told("sent", 1))
    assert (fate.status, fate.error_code, fate.error) == ("failed", 131026, "reason 131026")


@pytest.mark.parametrize("state", ["sending", "unknown", "failed", "planned", "cancelled"])
@pytest.mark.parametrize("status", STATUSES)
def test_any_status_proves_that_the_message_was_taken(state: str, status: str) -> None:
    fate = after(waiting(state, error_code=0, error="The connection broke."), told(status))
    assert (fate.state, fate.accepted_at, fate.provider_id) == ("accepted", START, "wamid.1")
    assert fate.error == ("reason 131026" if status == "failed" else "")


@pytest.mark.parametrize("status", ["sent", "failed"])
def test_an_earlier_try_does_not_speak_for_the_present_one(status: str) -> None:
    fate = waiting("sending", attempt=2)
    assert after(fate, told(status, attempt=1)) == waiting("sending", attempt=2)


def test_an_earlier_try_that_arrived_after_all_counts() -> None:
    assert after(waiting("sending", attempt=2), told("delivered", attempt=1)).status == "delivered"


def test_a_message_that_is_to_be_tried_again_is_not_failed_by_its_last_try() -> None:
    fate = waiting("planned", failed_at=START)
    assert after(fate, told("failed"), told("sent")) == waiting("planned", failed_at=START)


def test_pricing_is_that_of_the_furthest_status() -> None:
    one, two = told("sent", pricing={"type": "a"}), told("delivered", pricing={"type": "b"})
    assert after(waiting(), one, two).pricing == after(waiting(), two, one).pricing == {"type": "b", "of": "delivered"}


def test_news_are_told_once_and_a_failure_only_while_it_stands() -> None:
    unknown, failed = waiting(), after(waiting(), told("failed"))
    read = after(failed.copy(), told("delivered"), told("read"))
    assert news(unknown, failed) == ["accepted", "failed"]
    assert news(failed, read) == ["delivered", "read"]
    assert news(read, after(read.copy(), told("sent"), told("failed"))) == ["sent"]
    assert news(read, read) == []
