"""Pre-flights that a page waits for."""

from datetime import timedelta
from uuid import UUID

import pytest
from aerostic_campaigns import checking, editing
from aerostic_campaigns.checking import checked, run
from aerostic_campaigns.models import Campaign, Check
from aerostic_campaigns.verdicts import CampaignError
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.queues import DEFAULT, queue

from .scenes import Scene, make_scene


@pytest.fixture
def background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every audience is too large for the page to wait."""
    monkeypatch.setattr(checking, "AT_ONCE", 0)


def age(scene: Scene, campaign: UUID, by: timedelta) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        row = session.get_one(Check, campaign)
        row.heard_at -= by
        row.finished_at = row.finished_at - by if row.finished_at else None


def test_a_small_audience_is_checked_at_once_and_the_report_kept(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    first = checked(scene.tenant_id, campaign)
    scene.contact("+4915112999999")
    second = checked(scene.tenant_id, campaign)
    anew = checked(scene.tenant_id, campaign, anew=True)
    assert [one.report.sendable for one in (first, second, anew) if one.report] == [2, 2, 3]
    assert first.report == second.report


def test_a_large_one_is_checked_by_a_job(app: Flask, background: None) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    waiting = checked(scene.tenant_id, campaign)
    assert (waiting.done, waiting.total, waiting.report) == (0, 2, None)
    checked(scene.tenant_id, campaign)
    [job] = queue(DEFAULT).jobs
    assert (job.func_name, job.args) == (checking.RUN, [str(scene.tenant_id), str(campaign)])
    run(*job.args)
    done = checked(scene.tenant_id, campaign)
    assert (done.done, done.total, done.report is not None) == (2, 2, True)


def test_one_that_is_not_heard_of_is_asked_for_again(app: Flask, background: None) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    checked(scene.tenant_id, campaign)
    age(scene, campaign, timedelta(minutes=3))
    checked(scene.tenant_id, campaign)
    assert len(queue(DEFAULT).jobs) == 2


def test_a_change_of_the_campaign_makes_the_report_worthless(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    checked(scene.tenant_id, campaign)
    scene.contact("+436641234567", country="AT")
    details = editing.details_of(scene.read(campaign))
    editing.change(
        scene.tenant_id, campaign, details.replaced(audience=details.audience.model_copy(update={"countries": ["AT"]}))
    )
    found = checked(scene.tenant_id, campaign)
    assert found.report and found.report.total == 1


def test_a_report_with_problems_is_not_kept_for_long(app: Flask) -> None:
    scene = make_scene(money=0)
    scene.contacts(1)
    campaign = scene.campaign()
    first = checked(scene.tenant_id, campaign)
    assert first.report and first.report.problems == ["balance"]
    age(scene, campaign, timedelta(seconds=11))
    scene.contact("+4915112999999")
    again = checked(scene.tenant_id, campaign)
    assert again.report and again.report.total == 2


def test_an_old_report_is_made_anew(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    checked(scene.tenant_id, campaign)
    scene.contact("+4915112999999")
    age(scene, campaign, timedelta(minutes=11))
    found = checked(scene.tenant_id, campaign)
    assert found.report and found.report.total == 2


def test_a_campaign_that_is_not_complete_is_not_checked(app: Flask) -> None:
    scene = make_scene()
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).number_id = None
    with pytest.raises(CampaignError, match="not complete"):
        checked(scene.tenant_id, campaign)
