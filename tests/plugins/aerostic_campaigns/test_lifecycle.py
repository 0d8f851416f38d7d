"""Steering a launched campaign, and what events and the clock do to it."""

from datetime import timedelta
from uuid import UUID

import aerostic_campaigns
import pytest
from aerostic_campaigns import lifecycle
from aerostic_campaigns.editing import schedule, unschedule
from aerostic_campaigns.handlers import on_batches, on_credit, on_templates
from aerostic_campaigns.jobs import sweep
from aerostic_campaigns.launch import freeze, launch
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.trial import send_test
from aerostic_campaigns.verdicts import CampaignError
from flask import Flask
from sqlalchemy import select, text

from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.ledger import credit, hold
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.models import Batch, Contact, Message
from aerostic.tenancy.plugins import disable_plugin

from .scenes import Scene, make_scene


def launched(count: int = 3) -> tuple[Scene, UUID]:
    scene = make_scene()
    scene.contacts(count)
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    return scene, campaign


def states(scene: Scene) -> dict[str, int]:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        rows = session.execute(text("SELECT state, count(*) AS number FROM message GROUP BY 1")).all()
        return {row.state: row.number for row in rows}


def batch(scene: Scene) -> str:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return session.scalars(select(Batch.state)).one()


def balance(scene: Scene) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return wallet_balance(session, scene.tenant_id, "USD")


def test_pause_and_resume_move_campaign_and_batch_together(app: Flask) -> None:
    scene, campaign = launched()
    lifecycle.pause(scene.tenant_id, campaign)
    assert (scene.read(campaign).state, scene.read(campaign).reason, batch(scene)) == ("paused", "person", "paused")
    lifecycle.resume(scene.tenant_id, campaign)
    assert (scene.read(campaign).state, batch(scene)) == ("running", "running")


def short_when_due() -> tuple[Scene, UUID]:
    """A scheduled campaign whose wallet was emptied before it was due."""
    scene = make_scene()
    scene.contacts(3)
    campaign = scene.campaign()
    schedule(scene.tenant_id, campaign, (utcnow() + timedelta(hours=1)).replace(tzinfo=None), "UTC")
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).scheduled_at = utcnow()
        hold(session, scene.tenant_id, "elsewhere", balance(scene) - 1, "USD")
    sweep()
    return scene, campaign


def top_up(scene: Scene, amount: int, key: str) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        credit(session, scene.tenant_id, amount, "USD", key)
    on_credit(scene.tenant_id, [Event("wallet.credited", scene.tenant_id, "wallet", {"amount": amount})])
    sweep()


def test_a_campaign_that_was_due_without_credit_waits_and_starts_once_there_is_enough(app: Flask) -> None:
    scene, campaign = short_when_due()
    assert (scene.read(campaign).state, scene.read(campaign).reason, states(scene)) == ("paused", "credit", {})
    top_up(scene, 1, "too little")
    assert (scene.read(campaign).state, scene.read(campaign).reason, states(scene)) == ("paused", "credit", {})
    top_up(scene, 100_000_000, "enough")
    assert (scene.read(campaign).state, states(scene)) == ("running", {"planned": 3})


def test_one_that_waits_for_credit_can_be_resumed_by_hand_or_cancelled(app: Flask) -> None:
    scene, campaign = short_when_due()
    lifecycle.resume(scene.tenant_id, campaign)
    sweep()
    assert scene.read(campaign).reason == "credit"
    assert lifecycle.cancel(scene.tenant_id, campaign) == 0
    top_up(scene, 100_000_000, "enough")
    assert (scene.read(campaign).state, states(scene)) == ("cancelled", {})


def test_credit_starts_nothing_that_a_person_paused(app: Flask) -> None:
    scene, campaign = launched()
    lifecycle.pause(scene.tenant_id, campaign)
    top_up(scene, 1, "more")
    assert scene.read(campaign).state == "paused"


def test_what_is_not_running_cannot_be_paused(app: Flask) -> None:
    scene = make_scene()
    with pytest.raises(CampaignError, match="is draft, so it cannot be paused"):
        lifecycle.pause(scene.tenant_id, scene.campaign())


def test_cancelling_gives_up_what_was_not_sent_and_gives_the_money_back(app: Flask) -> None:
    scene, campaign = launched(3)
    assert lifecycle.cancel(scene.tenant_id, campaign) == 3
    assert (scene.read(campaign).state, states(scene)) == ("cancelled", {"cancelled": 3})
    assert balance(scene) == 100_000_000


def test_cancelling_in_the_middle_of_a_launch_gives_everything_back(app: Flask) -> None:
    scene = make_scene()
    contacts = scene.contacts(2)
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).state = "launching"
    freeze(scene.tenant_id, campaign)
    assert lifecycle.cancel(scene.tenant_id, campaign) == 2
    sweep()
    assert (scene.read(campaign).state, states(scene), balance(scene)) == ("cancelled", {}, 100_000_000)
    assert scene.verdicts(campaign) == dict.fromkeys(contacts, "cancelled")


def test_an_opt_out_cancels_what_is_planned_for_the_contact(app: Flask) -> None:
    scene, _ = launched(3)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        contact = session.scalars(select(Contact.id).limit(1)).one()
    aerostic_campaigns.contact_opted_out(scene.tenant_id, contact, "marketing")
    assert states(scene) == {"planned": 2, "cancelled": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"status": "PAUSED"}, "template_status"), ({"category": "UTILITY"}, "category_changed")],
)
def test_a_template_that_changes_pauses_its_campaigns(app: Flask, change: dict[str, str], reason: str) -> None:
    scene, campaign = launched()
    scene.set_template(**change)
    on_templates(scene.tenant_id, [changed(scene)])
    assert (scene.read(campaign).state, scene.read(campaign).reason, batch(scene)) == ("paused", reason, "paused")


def test_a_late_event_of_a_template_that_is_back_pauses_nothing(app: Flask) -> None:
    scene, campaign = launched()
    on_templates(scene.tenant_id, [changed(scene)])
    assert scene.read(campaign).state == "running"


def test_a_campaign_does_not_go_on_while_its_template_is_paused(app: Flask) -> None:
    scene, campaign = launched()
    scene.set_template(status="PAUSED")
    on_templates(scene.tenant_id, [changed(scene)])
    with pytest.raises(CampaignError, match="not approved"):
        lifecycle.resume(scene.tenant_id, campaign)
    scene.set_template(status="APPROVED")
    lifecycle.resume(scene.tenant_id, campaign)
    assert scene.read(campaign).state == "running"


def test_after_a_change_of_category_consent_and_cost_have_to_be_settled_anew(app: Flask) -> None:
    scene, campaign = launched()
    scene.set_template(category="UTILITY")
    on_templates(scene.tenant_id, [changed(scene)])
    with pytest.raises(CampaignError, match="launch a new campaign"):
        lifecycle.resume(scene.tenant_id, campaign)


def test_a_finished_batch_finishes_its_campaign_once(app: Flask) -> None:
    scene, campaign = launched()
    data = {"batch_id": "x", "source": "campaigns", "source_id": str(campaign)}
    event = Event("batch.finished", scene.tenant_id, "x", data)
    on_batches(scene.tenant_id, [event])
    first = scene.read(campaign).finished_at
    on_batches(scene.tenant_id, [event, Event("batch.finished", scene.tenant_id, "y", {**data, "source": "flows"})])
    assert (scene.read(campaign).state, scene.read(campaign).finished_at) == ("finished", first)


def test_the_sweep_notices_an_end_whose_event_was_lost(app: Flask) -> None:
    scene, campaign = launched()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.scalars(select(Batch)).one().state = "finished"
    sweep()
    assert scene.read(campaign).state == "finished"


def test_the_sweep_starts_what_is_due_and_only_that(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    due, later = scene.campaign(), scene.campaign()
    for campaign, days in ((due, 1), (later, 2)):
        schedule(scene.tenant_id, campaign, (utcnow() + timedelta(days=days)).replace(tzinfo=None), "UTC")
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, due).scheduled_at = utcnow() - timedelta(seconds=1)
    sweep()
    assert (scene.read(due).state, scene.read(later).state) == ("running", "scheduled")


def test_a_due_campaign_that_cannot_start_is_a_draft_with_its_reason_and_delays_no_other(app: Flask) -> None:
    stuck, scene = make_scene(), make_scene()
    stuck.set_template(status="PAUSED")
    campaigns = []
    for place in (stuck, scene):
        place.contacts(1)
        campaign = place.campaign()
        campaigns.append(campaign)
        with transaction(tenant_scope(place.tenant_id)) as session:
            row = session.get_one(Campaign, campaign)
            row.state, row.scheduled_at = "scheduled", utcnow()
    sweep()
    assert (stuck.read(campaigns[0]).state, stuck.read(campaigns[0]).reason) == ("draft", "template_not_approved")
    assert scene.read(campaigns[1]).state == "running"


def test_the_sweep_leaves_alone_who_has_campaigns_off(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        row = session.get_one(Campaign, campaign)
        row.state, row.scheduled_at = "scheduled", utcnow()
        disable_plugin(session, scene.tenant_id, "campaigns")
    sweep()
    assert scene.read(campaign).state == "scheduled"


def test_the_sweep_goes_on_with_a_launch_that_was_killed(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).state = "launching"
    sweep()
    assert (scene.read(campaign).state, states(scene)) == ("running", {"planned": 3})


def test_a_scheduled_campaign_can_be_taken_back_but_a_launched_one_not(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    schedule(scene.tenant_id, campaign, (utcnow() + timedelta(days=1)).replace(tzinfo=None), "Europe/Berlin")
    unschedule(scene.tenant_id, campaign)
    assert (scene.read(campaign).state, scene.read(campaign).scheduled_at) == ("draft", None)
    launch(scene.tenant_id, campaign)
    with pytest.raises(CampaignError, match="only before its launch"):
        unschedule(scene.tenant_id, campaign)


def test_a_time_that_has_passed_is_refused(app: Flask) -> None:
    scene = make_scene()
    with pytest.raises(CampaignError, match="has passed"):
        schedule(scene.tenant_id, scene.campaign(), (utcnow() - timedelta(days=1)).replace(tzinfo=None), "UTC")


def failed(scene: Scene, *codes: int) -> None:
    """Let as many messages fail, and their money go back."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        for code, message in zip(codes, session.scalars(select(Message).order_by(Message.id)), strict=False):
            message.state, message.error_code = "failed", code
        session.flush()
        session.execute(
            text("UPDATE charge SET state = 'refunded' WHERE id IN (SELECT id FROM message WHERE state = 'failed')")
        )


def test_only_failures_that_a_retry_can_mend_are_retried_against_a_new_hold(app: Flask) -> None:
    scene, campaign = launched(3)
    failed(scene, 131016, 131026)
    before = balance(scene)
    assert lifecycle.retry_failed(scene.tenant_id, campaign) == 1
    assert states(scene) == {"planned": 2, "failed": 1}
    assert before - balance(scene) == scene.read(campaign).cost // 3
    with pytest.raises(CampaignError, match="No message failed"):
        lifecycle.retry_failed(scene.tenant_id, campaign)
    assert lifecycle.retry_failed(scene.tenant_id, campaign, everything=True) == 1
    assert states(scene) == {"planned": 3}


def test_a_test_message_goes_to_one_phone_ahead_of_campaigns_at_its_price(app: Flask) -> None:
    scene = make_scene()
    contact = scene.contact("+4915112345678", name="Grace")
    message_id = send_test(scene.tenant_id, scene.campaign(), "+4915112349999", like=contact)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        message = session.get_one(Message, message_id)
        content = message.content
    assert content is not None
    assert (content["to"], message.priority, message.batch_id) == ("+4915112349999", 1, None)
    assert content["content"]["template"]["components"][0]["parameters"][0]["text"] == "Grace"
    assert balance(scene) < 100_000_000


def test_a_test_message_needs_a_phone_number(app: Flask) -> None:
    scene = make_scene()
    with pytest.raises(CampaignError, match="not a valid international one"):
        send_test(scene.tenant_id, scene.campaign(), "hello")


def changed(scene: Scene) -> Event:
    return Event("template.status_changed", scene.tenant_id, "t", {"template_id": str(scene.template_id)})
