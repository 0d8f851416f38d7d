"""Servers and the provider are away for a while in the middle of a campaign; nothing is lost, sent twice or paid twice."""

import pytest

from tests.e2e.house import House
from tests.e2e.trouble import faults, freezes, kills, meet

pytestmark = pytest.mark.kill


def test_valkey_killed_twice(home: House) -> None:
    meet(home, kills("valkey", 2), seed=11, count=500)


def test_valkey_standing_still(home: House) -> None:
    meet(home, freezes("valkey", 3, 5), seed=12, count=400)


def test_postgresql_killed_twice(home: House) -> None:
    meet(home, kills("postgres", 2), seed=13, count=500)


def test_postgresql_standing_still_for_longer_than_a_lease(home: House) -> None:
    meet(home, freezes("postgres", 4, 6), seed=14, count=400)


def test_a_provider_that_loses_answers_breaks_connections_and_is_out(home: House) -> None:
    result = meet(home, faults, seed=15, count=500, doubtful=True)
    assert result.unknown > 0
