"""Copies, and the end of drafts."""

from uuid import uuid4

import pytest
from aerostic_campaigns.copying import delete_draft, duplicate
from aerostic_campaigns.editing import create, details_of
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.verdicts import CampaignError
from flask import Flask

from aerostic.db import tenant_scope, transaction

from .fates import launched
from .scenes import Scene, make_scene


def count(scene: Scene) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return session.query(Campaign).count()


def test_a_copy_is_a_draft_with_all_that_was_said(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    copied = scene.read(duplicate(scene.tenant_id, campaign, "Spring again"))
    assert (copied.state, copied.name, copied.batch_id, copied.recipients) == ("draft", "Spring again", None, 0)
    assert details_of(copied).replaced(name="Spring") == details_of(scene.read(campaign))


def test_the_same_key_gives_the_same_draft_for_one_tenant(app: Flask) -> None:
    scene, other = make_scene(), make_scene()
    details = details_of(scene.read(scene.campaign()))
    first, second = (create(scene.tenant_id, details, "key") for _ in range(2))
    theirs = create(other.tenant_id, details_of(other.read(other.campaign())), "key")
    assert (first == second, theirs == first, count(scene)) == (True, False, 2)


def test_a_draft_can_be_deleted(app: Flask) -> None:
    scene = make_scene()
    delete_draft(scene.tenant_id, scene.campaign())
    assert count(scene) == 0


def test_what_was_launched_cannot(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    with pytest.raises(CampaignError, match="only drafts"):
        delete_draft(scene.tenant_id, campaign)
    with pytest.raises(CampaignError, match="no such campaign"):
        delete_draft(scene.tenant_id, uuid4())
