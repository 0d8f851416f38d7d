"""People who are erased or forgotten: campaigns go on without them, and their results stay."""

from datetime import timedelta

import pytest
from aerostic_campaigns.launch import advance, claim, freeze
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.recipients.forgetting import SKIPPED
from flask import Flask
from sqlalchemy import select

from aerostic.billing.books.verifying import verify_books
from aerostic.db import platform_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.models import Contact
from aerostic.messaging.rights.erasing import erase
from aerostic.testing.people import sign_in

from .fates import anew, end, launched, messages
from .scenes import make_scene

pytestmark = pytest.mark.usefixtures("app")
NOW = utcnow()


def erased(scene, contact_id):
    with transaction(tenant_scope(scene.tenant_id)) as session:
        erase(session, scene.tenant_id, contact_id, reason="asked for it")


def test_who_is_erased_while_a_campaign_is_launched_gets_no_message():
    scene = make_scene()
    first, *_ = scene.contacts(3)
    campaign_id = scene.campaign()
    claim(scene.tenant_id, campaign_id)
    freeze(scene.tenant_id, campaign_id)
    erased(scene, first)
    advance(scene.tenant_id, campaign_id)
    campaign, results = scene.read(campaign_id), anew(scene, campaign_id)
    assert (campaign.state, len(messages(scene, campaign_id)), results.skipped) == ("running", 2, {"changed": 1})
    assert (results.total, campaign.recipients) == (2, 3)
    assert verify_books(platform_scope("tests")).findings == ()


def test_results_count_an_erased_recipient_as_before(app: Flask):
    scene, campaign_id, (first, second, third) = launched()
    end(scene, first, "read")
    end(scene, second, "failed", code=131026)
    end(scene, third, "delivered")
    before = anew(scene, campaign_id)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        contacts = list(session.scalars(select(Contact.id)))
    for contact_id in contacts[:2]:
        erased(scene, contact_id)
    after = anew(scene, campaign_id)
    # The chart grows with the time that passes.
    moving = {"taken_at", "series"}
    assert after.model_dump(exclude=moving) == before.model_dump(exclude=moving)
    owner = sign_in(app, scene.tenant_id, "owner", "app.localhost")
    page = owner.get(f"/p/campaigns/{campaign_id}").text
    rows = owner.get(f"/p/campaigns/{campaign_id}/recipients.csv").text
    assert (page.count('text-secondary">Erased<'), rows.count("Erased,")) == (2, 2)


def test_people_left_out_are_forgotten_after_their_time_and_stay_counted():
    scene = make_scene()
    scene.contacts(1)
    for number in range(3):
        scene.contact(f"+4915199{number:06d}", marketing="unknown")
    ids = [scene.campaign(name=name) for name in ("Old", "Going on")]
    for campaign_id in ids:
        claim(scene.tenant_id, campaign_id)
        advance(scene.tenant_id, campaign_id)
    before = [anew(scene, campaign_id).skipped for campaign_id in ids]
    assert [sum(skipped.values()) for skipped in before] == [3, 3]
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, ids[0]).finished_at = NOW - timedelta(days=100)
    limit = NOW - timedelta(days=90)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        counted = SKIPPED.count(session, scene.tenant_id, limit)
        steps = [SKIPPED.step(session, scene.tenant_id, limit, {}) for _ in range(2)]
    assert (counted, [step.gone for step in steps]) == (3, [3, 0])
    assert [len(scene.verdicts(campaign_id)) for campaign_id in ids] == [0, 3]
    assert [anew(scene, campaign_id).skipped for campaign_id in ids] == before


def test_who_was_left_out_and_is_erased_stays_counted():
    scene = make_scene()
    scene.contacts(1)
    skipped = scene.contact("+4915199000000", marketing="unknown")
    campaign_id = scene.campaign()
    claim(scene.tenant_id, campaign_id)
    advance(scene.tenant_id, campaign_id)
    before = anew(scene, campaign_id).skipped
    erased(scene, skipped)
    assert (scene.verdicts(campaign_id), anew(scene, campaign_id).skipped) == ({}, before)
