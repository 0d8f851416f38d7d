"""Sending: campaigns, sales and new lists on one side, stolen accounts, bought lists and emptied wallets on the other."""

from aerostic_anomaly.draining import Draining
from aerostic_anomaly.failures import Failures
from aerostic_anomaly.spike import Spike

from .watching import ABROAD, NOW, TENANTS, Watched, asked, event, planned, signin

TENANT, HOUR = str(TENANTS[0]), 3600.0


def ordinary(watched: Watched, hours: int = 48) -> Watched:
    """Some answers an hour, with the tenant's own link now and then."""
    for hour in range(hours):
        for number in range(5):
            watched.see(planned(NOW + hour * HOUR + 600 * number, links=["own"]))
    return watched


LATER = NOW + 49 * HOUR  # the platform is quiet but for this tenant


def test_a_sale_to_people_who_are_known_is_no_spike() -> None:
    watched = ordinary(Watched(Spike()))
    watched.each(planned(LATER + 10 * number, 200, new=10, template="t", links=["own"]) for number in range(20))
    assert watched.highest("tenant", TENANT) == 0.0


def test_a_new_list_is_watched_at_most() -> None:
    watched = ordinary(Watched(Spike()))
    watched.each(planned(LATER + 10 * number, 50, new=30, template="t", links=["own"]) for number in range(5))
    assert watched.highest("tenant", TENANT) < 0.75


def test_spam_after_a_stranger_came_in_is_a_spike() -> None:
    watched = ordinary(Watched(Spike()))
    watched.see(signin(LATER, "ann", "right", ABROAD, user="u"))
    watched.see(asked(LATER + 9, {"user": "u"}, "campaigns", ABROAD))
    watched.each(planned(LATER + 60 + 10 * number, 40, new=39, links=["evil"]) for number in range(3))
    assert watched.highest("tenant", TENANT) >= 0.9


def test_what_all_the_platform_does_is_no_spike_of_one() -> None:
    watched = Watched(Spike())
    for hour in range(48):
        watched.each(planned(NOW + hour * HOUR + number, 5, tenant=TENANTS[number]) for number in range(40))
    watched.each(planned(LATER + number, 100, new=95, tenant=TENANTS[number % 40]) for number in range(80))
    assert [one for one in watched.said if one.score >= 0.75] == []


def test_baselines_outlast_a_restart() -> None:
    first, second = ordinary(Watched(Spike())), Watched(Spike())
    second.detector.restore(first.detector.state())
    assert second.detector.state() == first.detector.state()


def messages(count: int, failed: int, *, tenant: int = 0, begin: float = NOW, code: str = "131026") -> list:  # type: ignore[type-arg]
    data = {"message_id": "m", "batch_id": "b", "source": "campaigns"}
    accepted = [event("message.accepted", begin + number * 0.1, TENANTS[tenant], **data) for number in range(count)]
    later = begin + count * 0.1
    return accepted + [
        event("message.failed", later + number * 0.1, TENANTS[tenant], code=code, **data) for number in range(failed)
    ]


def usual(watched: Watched) -> Watched:
    """For half a day, three in a hundred messages of everybody fail."""
    for hour in range(12):
        for tenant in range(1, 4):
            watched.each(messages(100, 3, tenant=tenant, begin=NOW - (13 - hour) * HOUR))
    return watched


def test_a_list_of_which_a_third_does_not_exist_was_bought() -> None:
    watched = usual(Watched(Failures())).each(messages(60, 20))
    assert watched.highest("tenant", TENANT) >= 0.9


def test_an_old_list_of_which_one_in_fifteen_does_not_exist_was_not() -> None:
    assert usual(Watched(Failures())).each(messages(300, 20)).said == []


def test_a_reason_never_heard_of_is_the_providers() -> None:
    assert usual(Watched(Failures())).each(messages(60, 30, code="131000")).said == []


def test_when_everybodys_messages_fail_nobody_is_to_blame() -> None:
    watched = usual(Watched(Failures()))
    for tenant in range(1, 6):
        watched.each(messages(100, 33, tenant=tenant))
    watched.said.clear()
    watched.each(messages(60, 20, begin=NOW + 30))
    assert watched.said == []


def test_holds_far_dearer_than_any_before_that_empty_the_wallet_are_draining() -> None:
    watched = Watched(Draining()).each(planned(NOW + number, cost=50_000) for number in range(20))
    left = 10_000_000
    for number in range(10):
        left -= 400_000
        watched.see(planned(NOW + 100 + 20 * number, cost=400_000, balance=left, new=1))
    assert watched.highest("tenant", TENANT) >= 0.9


def test_spending_everything_at_the_usual_price_is_a_campaign() -> None:
    watched = Watched(Draining()).each(planned(NOW + number, cost=50_000) for number in range(20))
    watched.each(planned(NOW + 100 + number, 100, balance=10_000_000 - 1_000_000 * number) for number in range(10))
    assert watched.said == []


def test_what_was_dear_for_a_day_is_a_usual_price() -> None:
    watched = Watched(Draining()).each(planned(NOW + number, cost=50_000) for number in range(20))
    watched.each(planned(NOW + HOUR * number, cost=400_000) for number in range(1, 30))
    watched.said.clear()
    watched.each(planned(NOW + 31 * HOUR + 20 * number, cost=400_000, balance=1_000_000) for number in range(10))
    assert watched.said == []


def test_draining_says_what_is_known_of_the_wallet_and_of_prices() -> None:
    unknown = Watched(Draining()).each(planned(NOW + number, cost=10**6, balance=10**6, new=1) for number in range(4))
    assert "to people never written to" in unknown.said[0].says
    unmetered = Watched(Draining()).each(planned(NOW + number, cost=50_000) for number in range(20))
    unmetered.each(planned(NOW + 100 + number, cost=400_000, balance=-1) for number in range(9))
    assert "wallet" not in unmetered.said[0].says
