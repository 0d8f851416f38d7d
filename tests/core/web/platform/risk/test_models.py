"""The page of models: staff have a version trained, and choose which one scores."""

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.audit.models import AuditPending
from aerostic.db import platform_scope, service_scope, transaction, utcnow
from aerostic.detection.forest import jobs, training, versions
from aerostic.detection.forest.asking import RUN
from aerostic.detection.forest.fitting import fit
from aerostic.jobs.queues import DEFAULT, queue
from aerostic.registry import runtime
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.detection.forest.rows import ordinary
from tests.core.detection.forest.test_training import House
from tests.core.web.platform.risk.conftest import page_of
from tests.core.web.platform.test_consoles import staff
from tests.support.factories import make_reseller

PATH, TRAIN = "/risk/models", "/risk/models/train"


@pytest.fixture
def house(app: Flask) -> House:
    return House()


def make_version(state: str = "saved", *, arrays: bool = True) -> int:
    with transaction(service_scope("detection")) as session:
        row = versions.save(session, fit(ordinary(600), 1), rows=600, metrics={}, state=state, now=utcnow())
        if not arrays:
            row.arrays = b""
        return row.version


def acts() -> list[str]:
    """What was done about models, as the audit has it."""
    with transaction(platform_scope("tests")) as session:
        bodies = session.scalars(select(AuditPending.body).order_by(AuditPending.id)).all()
    return [name for body in bodies for name in ("forest.asked", "forest.chosen") if name in body]


def jobs_waiting() -> list[str]:
    return [job.func_name for job in queue(DEFAULT).jobs]


def test_a_version_that_is_asked_for_is_trained_once_and_the_page_says_what_became_of_it(
    platform: Client, house: House
) -> None:
    house.sees(ordinary(600))
    assert [platform.post_form(TRAIN).status_code for _ in range(2)] == [303, 303]
    assert (jobs_waiting(), acts()) == ([RUN], ["forest.asked"])
    page = page_of(platform, PATH)
    assert ["A new version is waited for already." in page, "is being trained" in page] == [True, True]
    jobs.train_asked()
    page = page_of(platform, PATH)
    assert ["Version 1 was trained and scores." in page, "is being trained" in page] == [True, False]
    platform.post_form(TRAIN)
    assert jobs_waiting() == [RUN, RUN]


def test_it_need_not_be_due(house: House) -> None:
    house.sees(ordinary(900))
    house.looks()
    assert house.looks().what == "kept"
    jobs.train_asked()
    assert house.states() == {1: "active", 2: "shadow"}


def test_one_in_the_shadow_has_its_turn_first_and_the_page_says_so(platform: Client, house: House) -> None:
    house.sees(ordinary(900))
    house.looks()
    for _ in range(2):
        jobs.train_asked()
    assert house.states() == {1: "active", 2: "shadow"}
    page = page_of(platform, PATH)
    assert ["one in the shadow has to see more first" in page, "has seen 0 rows of 512" in page] == [True, True]


def test_a_training_that_fails_says_so_and_can_be_asked_for_again(
    platform: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*, asked: bool) -> None:
        raise ArithmeticError

    monkeypatch.setattr(training, "retrain", fails)
    platform.post_form(TRAIN)
    with pytest.raises(ArithmeticError):
        jobs.train_asked()
    assert "The training failed." in page_of(platform, PATH)
    platform.post_form(TRAIN)
    assert jobs_waiting() == [RUN, RUN]


def test_a_wish_whose_job_is_killed_is_not_waited_for_for_ever(platform: Client) -> None:
    platform.post_form(TRAIN)
    ours = runtime()
    assert 0 < ours.redis.ttl(f"{ours.settings.redis_prefix}:detection:forest:asked") <= 3600


def test_staff_go_back_to_a_version_with_a_reason(platform: Client, house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    second = make_version()
    assert platform.post_form(f"{PATH}/{second}/use", {"reason": "calmer"}).status_code == 303
    assert (house.states(), house.row(second).reason) == ({1: "retired", 2: "active"}, "calmer")
    assert "Go back to this version" in page_of(platform, PATH)
    platform.post_form(f"{PATH}/1/use", {"reason": "it was better"})
    assert (house.states(), acts()) == ({1: "active", 2: "retired"}, ["forest.chosen"] * 2)


def test_without_a_reason_nothing_changes(platform: Client, house: House) -> None:
    version = make_version()
    platform.post_form(f"{PATH}/{version}/use", {"reason": "  "})
    assert (house.states(), acts()) == ({1: "saved"}, [])
    assert "Say in a few words why." in page_of(platform, PATH)


def test_a_version_whose_arrays_are_gone_is_not_offered_and_not_used(platform: Client, house: House) -> None:
    version = make_version(arrays=False)
    assert f"{PATH}/{version}/use" not in page_of(platform, PATH)
    platform.post_form(f"{PATH}/{version}/use", {"reason": "try it"})
    assert (house.states(), acts()) == ({1: "saved"}, [])
    assert "cannot score any more" in page_of(platform, PATH)
    assert platform.post_form(f"{PATH}/9/use", {"reason": "try it"}).status_code == 404


@pytest.mark.parametrize("who", ["owner", "reseller"])
def test_nobody_else_trains_or_chooses(app: Flask, house: House, who: str) -> None:
    host, version = "admin.localhost", make_version()
    owner = who == "owner"
    client = sign_in(app, new_tenant(), who, host) if owner else staff(app, who, host, make_reseller().id)
    asked = client.post_form(TRAIN), client.post_form(f"{PATH}/{version}/use", {"reason": "mine"})
    assert ([answer.status_code for answer in asked], jobs_waiting()) == ([403, 403], [])
    assert house.states() == {1: "saved"}
