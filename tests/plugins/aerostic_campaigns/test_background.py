"""Launching in the background, and what lanes do to campaigns."""

from uuid import UUID

import pytest
from aerostic_campaigns import home, launch
from aerostic_campaigns.handlers import on_pauses
from aerostic_campaigns.jobs import GO_ON, go_on, launch_soon, sweep
from aerostic_campaigns.launch import ALONE, advance, claim
from aerostic_campaigns.lifecycle import reason_words, resume
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.verdicts import PROBLEMS, CampaignError
from flask import Flask

from aerostic.db import Event, tenant_scope, transaction
from aerostic.jobs.queues import DEFAULT, queue
from aerostic.messaging.outbound import batches

from .fates import launched
from .scenes import Scene, make_scene


def test_a_launch_is_claimed_at_once_and_done_by_a_job(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    launch_soon(scene.tenant_id, campaign)
    assert (scene.read(campaign).state, scene.read(campaign).batch_id) == ("launching", None)
    [job] = queue(DEFAULT).jobs
    assert (job.func_name, job.args) == (GO_ON, [str(scene.tenant_id), str(campaign)])
    go_on(*job.args)
    assert (scene.read(campaign).state, scene.read(campaign).recipients) == ("running", 2)


def test_a_second_click_launches_nothing(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    launch_soon(scene.tenant_id, campaign)
    with pytest.raises(CampaignError, match="launching"):
        launch_soon(scene.tenant_id, campaign)
    assert len(queue(DEFAULT).jobs) == 1


def test_a_lost_job_is_made_up_for_by_the_sweep(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    launch_soon(scene.tenant_id, campaign)
    sweep()
    assert scene.read(campaign).state == "running"


def test_a_refusal_is_kept_with_the_campaign(app: Flask) -> None:
    scene = make_scene(money=0)
    scene.contacts(1)
    campaign = scene.campaign()
    launch_soon(scene.tenant_id, campaign)
    go_on(str(scene.tenant_id), str(campaign))
    assert (scene.read(campaign).state, scene.read(campaign).reason) == ("draft", "balance")
    assert reason_words("balance") == PROBLEMS["balance"]


def test_a_draft_that_is_not_complete_is_not_launched(app: Flask) -> None:
    scene = make_scene()
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).template_id = None
    with pytest.raises(CampaignError, match="not complete"):
        launch_soon(scene.tenant_id, campaign)
    assert scene.read(campaign).state == "draft"


def test_where_one_is_at_a_launch_another_does_nothing(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    claim(scene.tenant_id, campaign)
    with transaction(tenant_scope(scene.tenant_id)) as first:
        first.execute(ALONE, {"name": f"campaigns.advance:{campaign}"})
        advance(scene.tenant_id, campaign)
        assert scene.read(campaign).state == "launching"
    advance(scene.tenant_id, campaign)
    assert scene.read(campaign).state == "running"


def pause_batch(scene: Scene, campaign: UUID, reason: str) -> Event:
    batch_id = scene.read(campaign).batch_id
    assert batch_id
    with transaction(tenant_scope(scene.tenant_id)) as session:
        batches.pause(session, batch_id, reason)
    data = {"batch_id": str(batch_id), "source": launch.SOURCE, "source_id": str(campaign), "state": "paused"}
    return Event("batch.changed", scene.tenant_id, str(batch_id), data)


def test_a_batch_that_its_lane_pauses_pauses_the_campaign_with_the_reason(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    on_pauses(scene.tenant_id, [pause_batch(scene, campaign, "The template is paused.")])
    found = scene.read(campaign)
    assert (found.state, reason_words(found.reason)) == ("paused", "The template is paused.")


def test_a_late_word_of_a_pause_that_is_over_pauses_nothing(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    event = pause_batch(scene, campaign, "x")
    on_pauses(scene.tenant_id, [event])
    resume(scene.tenant_id, campaign)
    on_pauses(scene.tenant_id, [event])
    assert scene.read(campaign).state == "running"


def test_batches_of_others_are_none_of_our_business(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    event = pause_batch(scene, campaign, "x")
    on_pauses(scene.tenant_id, [Event(event.type, event.tenant_id, event.key, event.data | {"source": "flows"})])
    assert scene.read(campaign).state == "running"


def test_home_shows_what_is_on_its_way(app: Flask) -> None:
    scene = make_scene()
    assert home.cards(scene.tenant_id) == []
    launched_scene, campaign, _ = launched(1)
    [card] = home.cards(launched_scene.tenant_id)
    assert ([one.id for one in card.context["campaigns"]], card.permission) == ([campaign], "campaigns.view")


def test_the_first_campaign_is_a_step_until_one_was_launched(app: Flask) -> None:
    scene = make_scene()
    scene.campaign()
    done_scene, _, _ = launched(1)
    assert [home.steps(one.tenant_id)[0].done for one in (scene, done_scene)] == [False, True]
