"""What the provider tells about accounts and numbers, in words the core knows.

`data` of an event may say: `account` (the provider's id of the account it is about), `blocked` (whether the account may
send), `pace` (messages a second), `limit_tier`, and `reason`. Sources: webhooks/reference/account_update,
phone_number_quality_update, business_capability_update; messaging-limits; throughput.
"""

from collections.abc import Iterator
from typing import Any

from aerostic.sdk import N_, AccountEvent
from aerostic_whatsapp.reading import mapping, moment, objects, text

PACES = {"STANDARD": 80, "HIGH": 1000, "NOT_APPLICABLE": 80}
TIERS = {"50": "TIER_50", "250": "TIER_250", "2000": "TIER_2K", "10000": "TIER_10K", "100000": "TIER_100K"}
TIERS |= {"1000": "TIER_1K", "-1": "TIER_UNLIMITED"}
LOST = {
    "ACCOUNT_DELETED": N_("The WhatsApp account was deleted."),
    "ACCOUNT_OFFBOARDED": N_("The number was taken off the Cloud API: connect it again."),
    "PARTNER_REMOVED": N_("The business has ended its connection with us: connect the account again."),
    "PARTNER_APP_UNINSTALLED": N_("The business has removed our app: connect the account again."),
}
REGAINED = ("ACCOUNT_RECONNECTED",)
NO_SENDING = "RESTRICTED_BIZ_INITIATED_MESSAGING"


def account_event(value: dict[str, Any], account: str) -> Iterator[AccountEvent]:
    """The event of an `account_update`."""
    event = text(value.get("event"))
    if event:
        about = text(mapping(value.get("waba_info")).get("waba_id")) or account
        yield AccountEvent(event, "", {"account": about, **_standing(event, value)})


def capability(value: dict[str, Any], account: str) -> Iterator[AccountEvent]:
    """The event of a `business_capability_update`: the limit counts for all numbers."""
    yield AccountEvent("business_capability_update", "", {"account": account, **_tier(value)})


def number_quality(value: dict[str, Any], account: str) -> Iterator[AccountEvent]:
    """The event of a `phone_number_quality_update`; despite its name it tells of limits and throughput."""
    event, display = text(value.get("event")), text(value.get("display_phone_number"))
    if event and display:
        pace = {"pace": PACES["HIGH"]} if event == "THROUGHPUT_UPGRADE" else {}
        yield AccountEvent(event, display, {"account": account, **pace, **_tier(value)})


def told(field: str, value: dict[str, Any], account: str) -> AccountEvent:
    """An event that changes nothing here but is worth telling; only words that name no person."""
    alert = mapping(value.get("alert_info"))
    words = {
        "event": value.get("event"),
        "decision": value.get("decision"),
        "alert": alert.get("alert_type"),
        "template": value.get("message_template_id"),
    }
    details = {name: text(word) for name, word in words.items() if text(word)}
    return AccountEvent(field, text(value.get("display_phone_number")), {"account": account, **details})


def tier(value: Any) -> str:
    """A messaging limit in the provider's present words, from words or numbers."""
    given = text(value)
    return TIERS.get(given, given)


def _tier(value: dict[str, Any]) -> dict[str, str]:
    names = ("max_daily_conversations_per_business", "current_limit", "max_daily_conversation_per_phone")
    found = next((tier(value[name]) for name in names if text(value.get(name))), "")
    return {"limit_tier": found} if found else {}


def _standing(event: str, value: dict[str, Any]) -> dict[str, Any]:
    """Whether the account may send from now on, where the event says so."""
    if event in LOST:
        return {"blocked": True, "reason": LOST[event]}
    if event in REGAINED:
        return {"blocked": False}
    state = text(mapping(value.get("ban_info")).get("waba_ban_state"))
    if state == "DISABLE":
        return {"blocked": True, "reason": N_("WhatsApp has disabled the account: appeal in WhatsApp Manager.")}
    if state == "REINSTATE":
        return {"blocked": False}
    for restriction in objects(value.get("restriction_info")):
        if text(restriction.get("restriction_type")) == NO_SENDING:
            until = moment(restriction.get("expiration")).date().isoformat()
            return {"blocked": True, "reason": f"WhatsApp lets the account start no conversations until {until}."}
    return {}
