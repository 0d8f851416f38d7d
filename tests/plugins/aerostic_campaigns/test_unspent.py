"""Money of a campaign that no status ends: it goes back to the wallet."""

from datetime import timedelta

from aerostic_campaigns.launch import advance, freeze, launch
from aerostic_campaigns.models import Campaign
from flask import Flask
from sqlalchemy import select, text

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.models import Batch, Contact, Message
from aerostic.messaging.outbound.money import SILENCE, close_holds, release_silence

from .scenes import Scene, make_scene

START = 100_000_000


def balance(scene: Scene) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return wallet_balance(session, scene.tenant_id, "USD")


def test_silence_of_thirty_days_gives_the_money_back_once(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    launch(scene.tenant_id, scene.campaign())
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.execute(text("UPDATE message SET state = 'accepted', status = 'sent'"))
    assert release_silence(lambda: utcnow() + SILENCE - timedelta(minutes=1)) == 0
    assert release_silence(lambda: utcnow() + SILENCE + timedelta(minutes=1)) == 3
    assert release_silence(lambda: utcnow() + SILENCE + timedelta(minutes=1)) == 0
    assert balance(scene) == START


def test_what_a_plan_did_not_need_goes_back_when_the_batch_is_over(app: Flask) -> None:
    scene = make_scene()
    _, leaves = scene.contacts(2)
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).state = "launching"
    freeze(scene.tenant_id, campaign)
    assert close_holds() == 0
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Contact, leaves).marketing = "withdrawn"
    advance(scene.tenant_id, campaign)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.scalars(select(Message)).one().state = "accepted"
        session.scalars(select(Batch)).one().state = "finished"
    assert close_holds() == 0
    release_silence(lambda: utcnow() + SILENCE + timedelta(minutes=1))
    assert (close_holds(), close_holds()) == (1, 0)
    assert balance(scene) == START
