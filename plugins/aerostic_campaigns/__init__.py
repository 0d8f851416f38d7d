"""Campaigns: one template for a frozen audience, planned here and sent by the core's lanes."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    BlueprintIn,
    DashboardCard,
    EventHandler,
    NavigationItem,
    OnboardingStep,
    PageAction,
    Permission,
    PersonData,
    Plugin,
    RetentionKind,
    Schedule,
    TemplateUse,
    cancel_planned,
    hookimpl,
    tenant_scope,
    transaction,
)

plugin = Plugin(
    name="campaigns",
    title=N_("Campaigns"),
    version="0.1.0",
    description=N_("Sends a template to an audience, after telling what that will do and cost."),
    author="Aerostic",
)


@hookimpl
def register_permissions() -> list[Permission]:
    """What roles may do with campaigns."""
    staff = frozenset({"owner", "admin", "marketer"})
    return [
        Permission("campaigns.view", N_("See campaigns and their results"), staff | {"agent", "viewer"}, support=True),
        Permission("campaigns.edit", N_("Make and change campaigns, and send tests"), staff),
        Permission("campaigns.launch", N_("Launch, pause, resume, cancel and retry campaigns"), staff),
    ]


@hookimpl
def register_jobs() -> list[Schedule]:
    """Starts what is due, goes on with what was interrupted, and keeps results at hand."""
    from .jobs import EVERY_SECONDS, sweep
    from .results import refreshing

    return [
        Schedule("campaigns.sweep", sweep, EVERY_SECONDS),
        Schedule("campaigns.results", refreshing.refresh, refreshing.EVERY_SECONDS),
    ]


@hookimpl
def register_retention() -> list[RetentionKind]:
    """People whom a campaign left out."""
    from .recipients.forgetting import SKIPPED

    return [SKIPPED]


@hookimpl
def register_event_handlers() -> list[EventHandler]:
    """Ends campaigns, pauses those whose template or batch has changed, and notes who answered."""
    from .handlers import on_batches, on_credit, on_pauses, on_templates
    from .replies import on_messages

    changes = frozenset({"template.status_changed", "template.category_changed"})
    return [
        EventHandler("campaigns.ends", frozenset({"batch.finished"}), on_batches),
        EventHandler("campaigns.pauses", frozenset({"batch.changed"}), on_pauses),
        EventHandler("campaigns.credit", frozenset({"wallet.credited"}), on_credit),
        EventHandler("campaigns.templates", changes, on_templates),
        EventHandler("campaigns.replies", frozenset({"message.received"}), on_messages),
    ]


@hookimpl
def register_commands() -> list[click.Command]:
    """`aerostic campaigns`."""
    from .cli import campaigns

    return [campaigns]


@hookimpl
def contact_opted_out(tenant: UUID, contact: UUID, category: str) -> None:
    """Give up what is planned for somebody who wants no more of it."""
    with transaction(tenant_scope(tenant)) as session:
        cancel_planned(session, tenant, contact, category)


@hookimpl
def contact_data(tenant: UUID, contact: UUID) -> list[PersonData]:
    """The campaigns that were meant for somebody, and those that they answered."""
    from .recipients.person import data

    return data(tenant, contact)


@hookimpl
def contact_erased(tenant: UUID, contact: UUID, session: Session) -> None:
    """Leave somebody out of every frozen audience. Answers are counted by message, without a person."""
    from .recipients.forgetting import leave_out

    leave_out(session, tenant, contact)


@hookimpl
def register_blueprints() -> list[BlueprintIn]:
    """The pages under `/p/campaigns`, and `/api/v1/campaigns`."""
    from . import api, views

    return [BlueprintIn("app", views.blueprint), BlueprintIn("api", api.blueprint)]


@hookimpl
def navigation_items(tenant: UUID) -> list[NavigationItem]:
    """The way to the list."""
    return [NavigationItem(N_("Campaigns"), "/p/campaigns/", "speakerphone", "engage", "campaigns.view", 30)]


@hookimpl
def page_actions(tenant: UUID, page: str, subject: UUID | None) -> list[PageAction]:
    """A new campaign, for everybody or for the people of an import."""
    if page == "home":
        return [PageAction(N_("New campaign"), "/p/campaigns/new", "plus", "campaigns.edit", 10)]
    if page == "import":
        path = f"/p/campaigns/new?import={subject}"
        return [PageAction(N_("Make a campaign with them"), path, "speakerphone", "campaigns.edit", 10)]
    return []


@hookimpl
def dashboard_cards(tenant: UUID) -> list[DashboardCard]:
    """What is being sent now."""
    from .home import cards

    return cards(tenant)


@hookimpl
def onboarding_steps(tenant: UUID) -> list[OnboardingStep]:
    """The first campaign."""
    from .home import steps

    return steps(tenant)


@hookimpl
def template_uses(tenant: UUID, template: UUID) -> list[TemplateUse]:
    """The campaigns that send it."""
    from .uses import uses

    return uses(tenant, template)
