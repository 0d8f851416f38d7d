"""Which tenants have been seen."""

from aerostic.db import new_id
from aerostic.detection.judging.seen import ACTIVE_SECONDS, Seen
from tests.support.detecting import NOW

A, B, C = new_id(), new_id(), new_id()


def test_a_tenant_is_as_old_as_its_first_observation() -> None:
    seen = Seen()
    seen.add([A], NOW)
    seen.add([A, B, None], NOW + 60)
    assert [seen.seconds(tenant, NOW + 90) for tenant in (A, B, C)] == [90, 30, 0]


def test_those_of_the_last_hour_are_active() -> None:
    seen = Seen()
    seen.add([A, B], NOW)
    assert seen.active(NOW) == 2
    seen.add([B, C], NOW + ACTIVE_SECONDS)
    assert seen.active(NOW + ACTIVE_SECONDS + 60) == 2


def test_the_ones_not_seen_for_longest_are_forgotten() -> None:
    seen = Seen(most=2)
    for tenant in (A, B, A, C):
        seen.add([tenant], NOW)
    assert [seen.seconds(tenant, NOW + 1) for tenant in (A, B, C)] == [1, 0, 1]


def test_what_was_known_before_a_restart_is_known() -> None:
    before, after = Seen(), Seen()
    before.add([A, B], NOW)
    after.add([A], NOW + 50)
    after.restore(before.state())
    assert ([after.seconds(tenant, NOW + 60) for tenant in (A, B)], after.active(NOW + 60)) == ([60, 60], 2)
