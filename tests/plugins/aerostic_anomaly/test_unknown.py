"""Where nobody knows who it was or where from, nobody is found guilty, and nothing is said to be shared."""

from collections.abc import Iterable
from typing import Any

import pytest
from aerostic_anomaly.brute_force import BruteForce
from aerostic_anomaly.forgery import Forgery
from aerostic_anomaly.key_abuse import KeyAbuse
from aerostic_anomaly.scraping import Scraping
from aerostic_anomaly.stuffing import Stuffing
from aerostic_anomaly.wave import Wave

from aerostic.db import Event
from aerostic.detection.contract import Detector

from .watching import NOW, TENANTS, Watched, event, signin, where

NOWHERE = ("", "", "")
ASKED: dict[str, Any] = {"endpoint": "e", "status": 404, "referred": False, "method": "GET"}


def wrong(accounts: int) -> Iterable[Event]:
    return (signin(NOW + number, f"person{number % accounts}", place=NOWHERE) for number in range(40))


def asked(kind: str, **who: str) -> Iterable[Event]:
    for number in range(400):
        yield event(kind, NOW + number, TENANTS[number % 40], **where(NOWHERE), **ASKED, object=f"o{number}", **who)


def refused() -> Iterable[Event]:
    for number in range(40):
        told = {"channel": "whatsapp", "endpoint": f"door{number}", "reason": "signature"}
        yield event("webhook.refused", NOW + number, None, **where(NOWHERE), **told)


@pytest.mark.parametrize(
    ("detector", "events"),
    [
        pytest.param(Stuffing(), wrong(40), id="stuffing"),
        pytest.param(Forgery(), refused(), id="forgery"),
        pytest.param(Scraping(), asked("api.asked", key=""), id="scraping"),
        pytest.param(KeyAbuse(), asked("api.asked", key=""), id="key_abuse"),
        pytest.param(Wave(), asked("page.asked", user="u"), id="wave"),
    ],
)
def test_nobody_is_found_guilty(detector: Detector, events: Iterable[Event]) -> None:
    assert Watched(detector).each(events).said == []


def test_an_account_is_defended_wherever_its_attackers_come_from() -> None:
    watched = Watched(BruteForce()).each(wrong(1))
    assert watched.highest("account", "person0") >= 0.9
    assert {one.subject.kind for one in watched.said} == {"account"}
    assert {one.shares for one in watched.said} == {frozenset({"account:person0"})}
