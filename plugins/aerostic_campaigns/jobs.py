"""Launching in the background, and the recurring job: starts what is due, goes on with launches that were interrupted, and
notices ends."""

from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy import Select, select

from aerostic.sdk import Batch, enqueue, service_scope, tenant_scope, tenants_with, transaction, utcnow, view_for

from .agreeing import settle_again
from .context import get
from .launch import advance, claim, launch
from .lifecycle import finish
from .models import Campaign
from .verdicts import CampaignError

log = structlog.get_logger(__name__)
NAME = "campaigns"
EVERY_SECONDS = 5
AT_ONCE = 100
GO_ON = "aerostic_campaigns.jobs.go_on"


def launch_soon(tenant_id: UUID, campaign_id: UUID) -> None:
    """Launch a campaign in the background; the sweep does it should the queue lose the job.

    Raises:
        CampaignError: it was launched before, is not complete, or there is none.
    """
    claim(tenant_id, campaign_id)
    enqueue(GO_ON, str(tenant_id), str(campaign_id))


def go_on(tenant_id: str, campaign_id: str) -> None:
    """Do what is left of a launch. A refusal is kept with the campaign."""
    try:
        advance(UUID(tenant_id), UUID(campaign_id))
    except CampaignError as error:
        log.warning("campaign not started", campaign=campaign_id, code=error.code)


def sweep() -> None:
    """One round over all tenants that have campaigns on. What somebody else works on is locked, and left alone."""
    due = select(Campaign).where(Campaign.state == "scheduled", Campaign.scheduled_at <= utcnow())
    _each(due, _start)
    _each(select(Campaign).where(Campaign.state == "launching"), advance)
    ended = select(Campaign).join(Batch, Batch.id == Campaign.batch_id)
    _each(ended.where(Campaign.state == "running", Batch.state == "finished"), _finish)


def _start(tenant_id: UUID, campaign_id: UUID) -> None:
    """Launch what is due, unless it became dearer since it was scheduled."""
    if settle_again(tenant_id, campaign_id):
        launch(tenant_id, campaign_id)


def _each(chosen: Select[Campaign], act: Callable[[UUID, UUID], None]) -> None:
    with transaction(service_scope("cron")) as session:
        found = [(row.tenant_id, row.id) for row in session.scalars(_free(chosen))]
        on = {tenant_id for tenant_id, _ in found if NAME in view_for(session, tenant_id).enabled}
    for tenant_id, campaign_id in found:
        if tenant_id not in on:
            continue
        try:
            act(tenant_id, campaign_id)
        except CampaignError as error:
            log.warning("campaign not started", campaign=str(campaign_id), code=error.code)
        except Exception:
            # The others of this round must not wait for one that fails; it is tried again in the next.
            log.exception("campaign sweep failed", campaign=str(campaign_id))


def _free(chosen: Select[Campaign]) -> Select[Campaign]:
    mine = chosen.where(Campaign.tenant_id.in_(tenants_with("campaigns")))
    return mine.order_by(Campaign.id).limit(AT_ONCE).with_for_update(of=Campaign, skip_locked=True)


def _finish(tenant_id: UUID, campaign_id: UUID) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        finish(session, get(session, campaign_id, lock=True))
