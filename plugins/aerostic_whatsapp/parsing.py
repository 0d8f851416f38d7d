"""Reading a webhook: every entry, every change, every item in it; what is not known becomes `Unrecognised`.

Sources: webhooks/overview and the reference of each field. The parts are taken one by one, so that one broken item loses
none of its neighbours.
"""

from collections.abc import Callable, Iterator
from typing import Any

from aerostic.sdk import Unrecognised, WebhookItem
from aerostic_whatsapp.accounts import account_event, capability, number_quality, told
from aerostic_whatsapp.inbound import errors, messages
from aerostic_whatsapp.preferences import preferences
from aerostic_whatsapp.reading import mapping, text
from aerostic_whatsapp.statuses import statuses
from aerostic_whatsapp.template_events import template_event

Value = dict[str, Any]
Reader = Callable[[Value, str], Iterator[WebhookItem]]
TOLD = frozenset(
    (
        "message_template_components_update",
        "account_review_update",
        "account_alerts",
        "phone_number_name_update",
        "security",
        "flows",
        "payment_configuration_update",
        "business_username_update",
        "partner_solutions",
    )
)


def parse_webhook(payload: Any) -> list[WebhookItem]:
    """Everything in a webhook, in its order; see `sdk.Channel.parse_webhook`."""
    items: list[WebhookItem] = []
    if not isinstance(payload, dict) or not isinstance(payload.get("entry"), list):
        return [Unrecognised("payload", {"payload": payload})]
    for entry in payload["entry"]:
        account = text(mapping(entry).get("id"))
        changes = mapping(entry).get("changes")
        if not isinstance(changes, list):
            items.append(Unrecognised("entry", {"entry": entry}))
            continue
        for change in changes:
            items.extend(_change(change, account))
    return items


def _change(change: Any, account: str) -> list[WebhookItem]:
    field, value = text(mapping(change).get("field")), mapping(change).get("value")
    if not field or not isinstance(value, dict):
        return [Unrecognised(field or "change", {"change": change})]
    if field in TOLD:
        return [told(field, value, account)]
    reader = READERS.get(field)
    if "new_quality_score" in value:  # the documented example bears the name of another field
        reader = template_event
    found: list[WebhookItem] = list(reader(value, account)) if reader else []
    return found or [Unrecognised(field, value)]


def _messages(value: Value, account: str) -> Iterator[WebhookItem]:
    yield from messages(value)
    yield from statuses(value)
    yield from errors(value, account)
    for name in ("messages", "statuses", "errors"):
        part = value.get(name, [])
        strangers = [item for item in part if not isinstance(item, dict)] if isinstance(part, list) else [part]
        yield from (Unrecognised(name, {"item": item}) for item in strangers)


READERS: dict[str, Reader] = {
    "messages": _messages,
    "user_preferences": preferences,
    "message_template_status_update": template_event,
    "message_template_quality_update": template_event,
    "template_category_update": template_event,
    "account_update": account_event,
    "business_capability_update": capability,
    "phone_number_quality_update": number_quality,
}
