"""What campaigns do about events of messaging."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from aerostic.sdk import Batch, Event, Template, tenant_scope, transaction

from .agreeing import compare
from .context import get
from .launch import CREDIT, SOURCE
from .lifecycle import begin_again, finish, halt
from .models import Campaign


def on_batches(tenant_id: UUID, events: Sequence[Event]) -> None:
    """A finished batch finishes its campaign."""
    ids = [UUID(event.data["source_id"]) for event in events if event.data["source"] == SOURCE]
    with transaction(tenant_scope(tenant_id)) as session:
        for campaign_id in ids:
            finish(session, get(session, campaign_id, lock=True))


def on_pauses(tenant_id: UUID, events: Sequence[Event]) -> None:
    """A batch that its lane has paused pauses its campaign, so that people see why nothing goes on."""
    ids = [UUID(event.data["source_id"]) for event in events if event.data["source"] == SOURCE]
    with transaction(tenant_scope(tenant_id)) as session:
        for campaign_id in ids:
            campaign = get(session, campaign_id, lock=True)
            batch = session.get_one(Batch, campaign.batch_id)
            if campaign.state == "running" and batch.state == "paused":
                halt(session, campaign, batch.reason)


def on_credit(tenant_id: UUID, events: Sequence[Event]) -> None:
    """Credit that came in lets the campaigns that wait for it try again; those it does not suffice for wait on."""
    with transaction(tenant_scope(tenant_id)) as session:
        waiting = select(Campaign).where(Campaign.state == "paused", Campaign.reason == CREDIT).order_by(Campaign.id)
        for campaign in session.scalars(waiting.with_for_update()):
            begin_again(session, campaign)


def on_templates(tenant_id: UUID, events: Sequence[Event]) -> None:
    """A template that may not be sent any more, or costs and needs something else now, pauses its running campaigns.

    Scheduled ones that became dearer with its category wait for a person. The template as it stands counts, not the event: a
    late event of a template that is back pauses nothing.
    """
    ids = {UUID(event.data["template_id"]) for event in events}
    with transaction(tenant_scope(tenant_id)) as session:
        chosen = (
            select(Campaign)
            .where(Campaign.template_id.in_(ids), Campaign.state.in_(("running", "scheduled")))
            .order_by(Campaign.id)
            .with_for_update()
        )
        for campaign in session.scalars(chosen):
            template = session.get_one(Template, campaign.template_id)
            moved = template.category.lower() != campaign.category
            if campaign.state == "scheduled":
                # Whether it may be sent counts when it is due; its price may be looked at before.
                if moved:
                    compare(session, campaign)
            elif template.status != "APPROVED":
                halt(session, campaign, "template_status")
            elif moved:
                halt(session, campaign, "category_changed")
