"""A scheduled campaign costs no more than was agreed, or waits for a person."""

from datetime import timedelta

import pytest
from aerostic_campaigns import lifecycle
from aerostic_campaigns.agreeing import cost_agreed
from aerostic_campaigns.editing import schedule, unschedule
from aerostic_campaigns.handlers import on_templates
from aerostic_campaigns.jobs import sweep
from aerostic_campaigns.models import Campaign
from aerostic_pricing.books import Rule, Sheet
from aerostic_pricing.store import Owner, add
from flask import Flask

from aerostic.db import Event, new_id, platform_scope, tenant_scope, transaction, utcnow

from .scenes import Scene, make_scene

MARKETING, UTILITY = 136_500, 55_000  # the rate card's for Germany
TOMORROW = timedelta(days=1)


def scheduled(category: str = "MARKETING", count: int = 3) -> tuple[Scene, Campaign]:
    """A campaign that is to start tomorrow."""
    scene = make_scene()
    scene.set_template(category=category)
    scene.contacts(count)
    scene.contact("+4915112999999", marketing="unknown")
    campaign_id = scene.campaign()
    schedule(scene.tenant_id, campaign_id, (utcnow() + TOMORROW).replace(tzinfo=None), "UTC")
    return scene, scene.read(campaign_id)


def told(scene: Scene) -> None:
    data = {"template_id": str(scene.template_id), "name": "offer", "language": "en_US"}
    on_templates(scene.tenant_id, [Event("template.changed", scene.tenant_id, str(new_id()), data)])


def ask(scene: Scene, amount: int) -> None:
    """Put a price in force for all that the workspace sends."""
    with transaction(platform_scope("tests")) as session:
        add(session, Owner(tenant_id=scene.tenant_id), Sheet((Rule("*", "*", amount),)))


def due(scene: Scene, campaign: Campaign) -> Campaign:
    """Have the time come; returns what became of it."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign.id).scheduled_at = utcnow()
    sweep()
    return scene.read(campaign.id)


def test_scheduling_keeps_what_those_who_agreed_cost(app: Flask) -> None:
    _, campaign = scheduled()
    assert (campaign.agreed, cost_agreed(campaign)) == ({"DE": [3, MARKETING]}, 3 * MARKETING)


def test_a_utility_message_needs_no_consent_and_counts_everybody(app: Flask) -> None:
    _, campaign = scheduled("UTILITY")
    assert campaign.agreed == {"DE": [4, UTILITY]}


def test_at_the_same_price_it_starts_when_it_is_due(app: Flask) -> None:
    scene, campaign = scheduled()
    assert due(scene, campaign).state == "running"


def test_a_category_that_costs_more_stops_it_at_once_for_a_person(app: Flask) -> None:
    scene, campaign = scheduled("UTILITY")
    scene.set_template(category="MARKETING")
    told(scene)
    stopped = scene.read(campaign.id)
    assert (stopped.state, stopped.reason, stopped.category) == ("draft", "dearer", "marketing")
    assert "It costs more now" in lifecycle.reason_words(stopped.reason)
    schedule(scene.tenant_id, campaign.id, (utcnow() + TOMORROW).replace(tzinfo=None), "UTC")
    assert scene.read(campaign.id).agreed == {"DE": [3, MARKETING]}
    assert due(scene, campaign).state == "running"


def test_a_category_that_costs_less_starts_as_planned(app: Flask) -> None:
    scene, campaign = scheduled()
    scene.set_template(category="UTILITY")
    told(scene)
    assert (scene.read(campaign.id).state, scene.read(campaign.id).category) == ("scheduled", "utility")
    started = due(scene, campaign)
    assert (started.state, started.cost) == ("running", 4 * UTILITY)


@pytest.mark.parametrize(("amount", "state"), [(MARKETING + 1, "draft"), (MARKETING - 1, "running")])
def test_a_price_that_rose_stops_it_when_it_is_due_and_one_that_fell_does_not(
    app: Flask, amount: int, state: str
) -> None:
    scene, campaign = scheduled()
    ask(scene, amount)
    assert scene.read(campaign.id).state == "scheduled"
    found = due(scene, campaign)
    assert (found.state, found.reason) == (state, "dearer" if state == "draft" else "")


def test_a_template_that_is_not_approved_waits_for_its_time(app: Flask) -> None:
    scene, campaign = scheduled()
    scene.set_template(status="PAUSED")
    told(scene)
    assert scene.read(campaign.id).state == "scheduled"


def test_who_unschedules_first_has_a_draft_that_no_price_stops(app: Flask) -> None:
    scene, campaign = scheduled("UTILITY")
    unschedule(scene.tenant_id, campaign.id)
    scene.set_template(category="MARKETING")
    told(scene)
    assert (scene.read(campaign.id).state, scene.read(campaign.id).reason) == ("draft", "")
