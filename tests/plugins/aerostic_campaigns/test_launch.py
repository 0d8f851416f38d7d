"""Launching: frozen once, paid before anything can leave, planned once, whatever is killed in between."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from uuid import UUID

import pytest
from aerostic_campaigns import launch as launching
from aerostic_campaigns.launch import LaunchRefusedError, advance, freeze, launch, plan_some
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.verdicts import CampaignError
from aerostic_pricing.books import Rule, Sheet
from aerostic_pricing.store import Owner, add
from flask import Flask
from sqlalchemy import func, select

from aerostic.billing.models import Charge
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.ledger.balances import wallet_balance
from aerostic.ledger.models import LedgerHold
from aerostic.messaging.models import Batch, Contact, Message
from aerostic.tenancy.models import Tenant
from tests.support.factories import make_reseller, make_tenant

from .scenes import Scene, make_scene


class KilledError(Exception):
    """Stands for the end of a process."""


def planned(scene: Scene) -> list[UUID]:
    """Whom messages are planned for."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        found = session.scalars(select(Message.contact_id).where(Message.state == "planned"))
        return sorted(contact_id for contact_id in found if contact_id)


def holds(scene: Scene) -> list[int]:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return list(session.scalars(select(LedgerHold.amount)))


def balance(scene: Scene) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return wallet_balance(session, scene.tenant_id, "USD")


def batch_state(scene: Scene) -> list[str]:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return list(session.scalars(select(Batch.state)))


def charged(scene: Scene) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return int(session.scalar(select(func.coalesce(func.sum(Charge.amount), 0))) or 0)


def claim(scene: Scene, campaign: UUID) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).state = "launching"


def test_a_launch_plans_a_message_for_everybody_and_holds_the_exact_sum(app: Flask) -> None:
    scene = make_scene()
    contacts = scene.contacts(5)
    refused = scene.contact("+4915112345678", marketing="unknown")
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    after = scene.read(campaign)
    assert (after.state, after.recipients) == ("running", 5)
    assert planned(scene) == sorted(contacts)
    assert scene.verdicts(campaign) == {refused: "no_consent"}
    assert holds(scene) == [after.cost] == [charged(scene)]
    assert balance(scene) == 100_000_000 - after.cost
    assert batch_state(scene) == ["running"]


def test_a_message_holds_what_the_channel_needs(app: Flask) -> None:
    scene = make_scene()
    scene.contact("+4915112345678", name="Grace")
    launch(scene.tenant_id, scene.campaign())
    with transaction(tenant_scope(scene.tenant_id)) as session:
        content = session.scalars(select(Message)).one().content
    assert content is not None
    assert content["to"] == "+4915112345678"
    body = content["content"]["template"]["components"][0]
    assert [parameter["text"] for parameter in body["parameters"]] == ["Grace"]


def test_a_campaign_is_launched_once(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    with pytest.raises(CampaignError, match="only a draft or a scheduled one"):
        launch(scene.tenant_id, campaign)
    assert len(planned(scene)) == 2


def test_of_two_launches_at_once_one_wins(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(20)
    campaign = scene.campaign()

    def attempt(_: int) -> str:
        with app.app_context():
            try:
                launch(scene.tenant_id, campaign)
            except CampaignError as error:
                return error.code
            return "launched"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(attempt, range(4)))
    assert results == ["launched", "state", "state", "state"]
    assert (len(planned(scene)), len(holds(scene))) == (20, 1)


def test_a_wallet_that_is_too_small_refuses_and_leaves_a_draft(app: Flask) -> None:
    scene = make_scene(money=1)
    scene.contacts(2)
    campaign = scene.campaign()
    with pytest.raises(LaunchRefusedError, match="Top it up") as refusal:
        launch(scene.tenant_id, campaign)
    assert (refusal.value.code, refusal.value.report.sendable) == ("balance", 2)
    after = scene.read(campaign)
    assert (after.state, after.reason) == ("draft", "balance")
    assert (planned(scene), holds(scene), balance(scene), scene.verdicts(campaign)) == ([], [], 1, {})


def test_a_refused_campaign_can_be_launched_later(app: Flask) -> None:
    scene = make_scene()
    campaign = scene.campaign()
    with pytest.raises(LaunchRefusedError, match="Nobody would get"):
        launch(scene.tenant_id, campaign)
    scene.contacts(1)
    launch(scene.tenant_id, campaign)
    assert scene.read(campaign).state == "running"


def test_nothing_can_leave_before_everything_is_planned(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    scene.contacts(5)
    campaign = scene.campaign()
    monkeypatch.setattr(launching, "PLAN_CHUNK", 2)
    claim(scene, campaign)
    freeze(scene.tenant_id, campaign)
    assert (batch_state(scene), len(holds(scene))) == (["paused"], 1)
    assert plan_some(scene.tenant_id, campaign)
    assert (batch_state(scene), len(planned(scene))) == (["paused"], 2)


@pytest.mark.parametrize("step", ["_hold", "_plan", "_begin", "announce"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_launch_that_is_killed_anywhere_goes_on_where_it_stopped(
    app: Flask, monkeypatch: pytest.MonkeyPatch, step: str, after: int
) -> None:
    scene = make_scene()
    contacts = scene.contacts(5)
    campaign = scene.campaign()
    monkeypatch.setattr(launching, "PLAN_CHUNK", 2)
    claim(scene, campaign)
    whole, calls = getattr(launching, step), []

    def killed(*args: object) -> None:
        calls.append(step)
        if len(calls) > after:
            raise KilledError
        whole(*args)

    with monkeypatch.context() as patch:
        patch.setattr(launching, step, killed)
        with suppress(KilledError):
            advance(scene.tenant_id, campaign)
    advance(scene.tenant_id, campaign)
    done = scene.read(campaign)
    assert (done.state, planned(scene)) == ("running", sorted(contacts))
    assert holds(scene) == [done.cost] == [charged(scene)]


def test_who_opts_out_after_the_freeze_gets_nothing(app: Flask) -> None:
    scene = make_scene()
    stays, leaves = scene.contacts(2)
    campaign = scene.campaign()
    claim(scene, campaign)
    freeze(scene.tenant_id, campaign)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Contact, leaves).marketing = "withdrawn"
    advance(scene.tenant_id, campaign)
    assert planned(scene) == [stays]
    assert scene.verdicts(campaign) == {leaves: "opted_out"}
    assert charged(scene) == scene.read(campaign).cost // 2


def test_who_comes_after_the_freeze_is_not_of_it(app: Flask) -> None:
    scene = make_scene()
    contacts = scene.contacts(2)
    campaign = scene.campaign()
    claim(scene, campaign)
    freeze(scene.tenant_id, campaign)
    scene.contact("+4915112345678")
    advance(scene.tenant_id, campaign)
    assert planned(scene) == sorted(contacts)


def test_a_template_that_changes_while_it_is_planned_leaves_the_campaign_paused(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    claim(scene, campaign)
    freeze(scene.tenant_id, campaign)
    plan_some(scene.tenant_id, campaign)
    scene.set_template(status="PAUSED")
    advance(scene.tenant_id, campaign)
    after = scene.read(campaign)
    assert (after.state, after.reason, batch_state(scene)) == ("paused", "template_not_approved", ["paused"])


def test_a_template_in_another_category_than_agreed_refuses_the_launch(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    scene.set_template(category="UTILITY")
    campaign = scene.campaign()
    scene.set_template(category="MARKETING")
    with pytest.raises(LaunchRefusedError) as refusal:
        launch(scene.tenant_id, campaign)
    assert refusal.value.code == "category_changed"


def test_another_tenant_cannot_launch_it(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    campaign = scene.campaign()
    with pytest.raises(CampaignError, match="There is no such campaign"):
        launch(make_tenant().id, campaign)
    assert scene.read(campaign).state == "draft"


def test_the_resellers_share_of_the_price_stands_on_each_charge(app: Flask) -> None:
    scene, reseller_id = make_scene(), make_reseller().id
    with transaction(platform_scope("tests")) as session:
        session.get_one(Tenant, scene.tenant_id).reseller_id = reseller_id
        add(session, Owner(reseller_id=reseller_id, clients=True), Sheet((Rule("*", "*", None, Decimal(20)),)))
    scene.contacts(2)
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        charges = [(charge.amount, charge.share) for charge in session.scalars(select(Charge))]
    assert charges == [(163_800, 27_300)] * 2
