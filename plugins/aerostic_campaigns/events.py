"""What campaigns announce."""

from sqlalchemy.orm import Session

from aerostic.sdk import N_, Act, ActArea, Event, EventType, emit, record_act, register_acts, register_event_type

from .models import Campaign

CHANGED = EventType(
    "campaign.changed",
    "A campaign came into another state.",
    {"campaign_id": "which", "state": "its new state", "reason": "a code, where there is one"},
    "campaigns.view",
)
CHECKED = EventType(
    "campaign.checked",
    "The pre-flight of a campaign that somebody asked for is done.",
    {"campaign_id": "which"},
    "campaigns.view",
)
REPLIED = EventType(
    "campaign.replied",
    "The recipient of a campaign's message wrote back within 72 hours. Announced once a message.",
    {
        "campaign_id": "which",
        "message_id": "the answer",
        "contact_id": "who",
        "conversation_id": "the conversation it belongs to, if any",
    },
    "campaigns.view",
)
ACTS = ActArea(
    "campaign",
    N_("Campaigns"),
    {
        "created": N_("Began a campaign"),
        "changed": N_("Changed a campaign"),
        "scheduled": N_("Scheduled a campaign"),
        "unscheduled": N_("Made a scheduled campaign a draft again"),
        "deleted": N_("Deleted a draft of a campaign"),
        "retried": N_("Sent a campaign's failed messages again"),
        "launched": N_("Launched a campaign"),
        "paused": N_("Paused a campaign"),
        "resumed": N_("Resumed a campaign"),
        "cancelled": N_("Cancelled a campaign"),
    },
)
register_acts(ACTS)
register_event_type(CHANGED)
register_event_type(CHECKED)
register_event_type(REPLIED)


def announce(session: Session, campaign: Campaign) -> None:
    """Tell, with the session's transaction, which state a campaign is in."""
    data = {"campaign_id": str(campaign.id), "state": campaign.state, "reason": campaign.reason}
    emit(session, Event(CHANGED.name, campaign.tenant_id, str(campaign.id), data))


def note(session: Session, campaign: Campaign, verb: str) -> None:
    """Put into the audit log what was done with a campaign."""
    record_act(session, Act(campaign.tenant_id, f"campaign.{verb}", f"campaign:{campaign.id}"))
