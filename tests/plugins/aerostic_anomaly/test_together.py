"""What several do alike, and webhooks that are none."""

from uuid import UUID

import orjson
import pytest
from aerostic_anomaly import near_duplicates
from aerostic_anomaly.bands import Bands, slots_of
from aerostic_anomaly.forgery import Forgery
from aerostic_anomaly.near_duplicates import NearDuplicates
from aerostic_anomaly.wave import Wave

from aerostic.db import Event

from .watching import HOME, NOW, TENANTS, Watched, asked, event, planned, printed, where

LATER = NOW + 24 * 3600.0


def seeing() -> Watched:
    """One that has been running for a while."""
    watched = Watched(NearDuplicates(1 << 16))
    watched.see(planned(NOW, tenant=TENANTS[9], **printed(1)))
    return watched


def test_a_changed_copy_shares_bands_and_another_text_none() -> None:
    one, copy, other = slots_of([printed(7)["print"], printed(7, 9)["print"], printed(8)["print"]])
    bands = Bands()
    assert bands.use(one, 1, NOW, 10) == (0, 0)
    assert bands.use(copy, 2, NOW + 60, 10) == (7, 0)
    assert bands.use(other, 3, NOW + 60, 10) == (0, 0)
    assert bands.use(one, 4, NOW + 1200, 10) == (0, 10)


def test_three_tenants_that_push_much_the_same_new_text_are_spam() -> None:
    watched = seeing()
    for number in range(9):
        tenant, text = TENANTS[number % 3], printed(2, number)
        watched.see(planned(LATER + 20 * number, 5, tenant=tenant, new=5, **text))
    assert [watched.highest("tenant", str(tenant)) >= 0.9 for tenant in TENANTS[:4]] == [True, True, True, False]


def test_a_greeting_to_people_who_are_known_is_none() -> None:
    watched = seeing()
    watched.each(planned(LATER + number, 5, tenant=TENANTS[number], new=1, **printed(3)) for number in range(12))
    assert watched.said == []


def test_what_a_franchise_has_said_for_long_is_none_whoever_hears_it() -> None:
    watched = seeing()
    watched.each(planned(LATER + 600 * number, tenant=TENANTS[number % 3], **printed(4)) for number in range(6))
    watched.each(
        planned(LATER + 3700 + number, 5, tenant=TENANTS[number % 4], new=5, **printed(4)) for number in range(9)
    )
    assert watched.said == []


def test_nothing_is_said_while_everything_still_looks_new() -> None:
    watched = Watched(NearDuplicates(1 << 16))
    watched.each(planned(NOW + number, 5, tenant=TENANTS[number % 3], new=5, **printed(5)) for number in range(9))
    assert watched.said == []


def restarted(before: Watched, size: int = 1 << 16) -> Watched:
    """The same after a restart, with what was kept."""
    after = Watched(NearDuplicates(size))
    after.detector.restore(orjson.loads(orjson.dumps(before.detector.state())))
    return after


def pushed(begin: float, text: int) -> list[Event]:
    """Three tenants push much the same new text."""
    return [
        planned(begin + 20 * number, 5, tenant=TENANTS[number % 3], new=5, **printed(text, number))
        for number in range(9)
    ]


def test_after_a_restart_it_sees_at_once_what_is_new_and_what_is_not() -> None:
    before = seeing()
    before.each(planned(LATER + 600 * number, tenant=TENANTS[number % 3], **printed(4)) for number in range(6))
    after = restarted(before)
    after.each(
        planned(LATER + 3060 + number, 5, tenant=TENANTS[number % 4], new=5, **printed(4)) for number in range(9)
    )
    assert after.said == []
    after.each(pushed(LATER + 3100, 6))
    assert after.highest("tenant", str(TENANTS[0])) >= 0.9


def test_what_was_kept_long_ago_tells_nothing_of_what_is_new() -> None:
    assert restarted(seeing()).each(pushed(LATER, 6)).said == []


def test_who_was_to_be_silent_for_a_while_is_so_after_a_restart() -> None:
    begun = Watched(NearDuplicates(1 << 16))
    begun.see(planned(LATER, tenant=TENANTS[9], **printed(1)))
    after = restarted(begun)
    assert after.each(pushed(LATER + 60, 6)).said == []
    assert after.each(pushed(LATER + 1860, 7)).highest("tenant", str(TENANTS[0])) >= 0.9


def test_more_texts_than_can_be_kept_are_not_kept_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "MOST_KEPT", 19)
    watched = Watched(NearDuplicates(1 << 16))
    watched.see(planned(LATER, tenant=TENANTS[9], **printed(1)))
    assert watched.detector.state() is not None
    watched.see(planned(LATER, tenant=TENANTS[9], **printed(2)))
    assert watched.detector.state() is None


def test_what_was_kept_of_a_larger_table_is_left() -> None:
    before = seeing()
    before.see(planned(LATER, tenant=TENANTS[9], **printed(1)))
    assert restarted(before, 1 << 12).each(pushed(LATER + 60, 6)).said == []
    assert restarted(before).each(pushed(LATER + 60, 6)).said != []


def young(number: int) -> UUID:
    """A tenant made a minute before LATER: its id tells."""
    return UUID(int=int((LATER - 60) * 1000) << 80 | 7 << 76 | 2 << 62 | number)


def test_seven_new_tenants_from_one_network_within_an_hour_are_a_wave() -> None:
    watched = Watched(Wave())
    for number in range(7):
        tenant = young(number)
        watched.see(asked(LATER + 60 * number, {"user": f"u{number}"}, "home", HOME, tenant=tenant))
    assert watched.highest("tenant", str(young(0))) >= 0.9
    assert 0.8 <= watched.highest("address", "home") < 0.9


def test_a_workshop_of_four_is_none() -> None:
    watched = Watched(Wave())
    watched.each(asked(LATER + number, {"user": f"u{number}"}, "home", tenant=young(number)) for number in range(4))
    assert watched.said == []


def test_an_office_that_looks_after_tenants_that_are_known_is_none() -> None:
    watched = Watched(Wave())
    watched.each(asked(NOW + number, {"user": f"u{number}"}, "home", tenant=TENANTS[number]) for number in range(20))
    watched.each(asked(LATER + number, {"user": f"u{number}"}, "home", tenant=TENANTS[number]) for number in range(20))
    assert watched.said == []


def test_five_new_tenants_that_link_to_one_place_are_a_wave() -> None:
    watched = Watched(Wave())
    watched.each(planned(LATER + number, 20, tenant=young(number), new=20, links=["evil"]) for number in range(5))
    assert watched.highest("tenant", str(young(2))) >= 0.9


def test_new_tenants_that_link_where_everybody_links_have_nothing_in_common() -> None:
    watched = Watched(Wave())
    watched.each(planned(NOW + number, tenant=TENANTS[number], links=["chat"]) for number in range(5))
    kept = Watched(Wave())
    kept.detector.restore(watched.detector.state())
    for own in (watched, kept):
        own.each(planned(LATER + number, 20, tenant=young(number), new=20, links=["chat"]) for number in range(9))
        assert own.said == []


def refused(time: float, address: str, endpoint: str = "door", reason: str = "signature") -> object:
    return event(
        "webhook.refused", time, **where((address, "net", "BR")), channel="x", endpoint=endpoint, reason=reason
    )


def test_a_wrong_secret_makes_no_forger_of_the_provider() -> None:
    watched = Watched(Forgery())
    watched.each(refused(NOW + 30 * number, f"provider{number % 30}") for number in range(240))  # type: ignore[misc]
    assert watched.said == []


def test_a_dozen_refusals_in_a_minute_are_forgery() -> None:
    watched = Watched(Forgery()).each(refused(NOW + number, "forger") for number in range(12))  # type: ignore[misc]
    assert watched.highest("address", "forger") >= 0.9


def test_trying_door_after_door_is_forgery() -> None:
    tries = [refused(NOW + 30 * number, "forger", f"door{number}", "unknown") for number in range(6)]
    assert Watched(Forgery()).each(tries).highest("address", "forger") >= 0.9  # type: ignore[arg-type]


def test_what_a_tenant_is_told_holds_no_digest_of_anothers_text() -> None:
    watched = Watched(NearDuplicates(1 << 16))
    watched.see(planned(NOW, tenant=TENANTS[9], **printed(1)))
    begin = NOW + 3_600
    for number, tenant in enumerate(TENANTS[:6]):
        watched.see(planned(begin + number, 5, tenant=tenant, new=5, **printed(2, number % 2)))
    assert {one.subject.kind for one in watched.said} == {"tenant"}
    assert [one for one in watched.said if {"2-0", "2-1"} & set(one.evidence.values())] == []
