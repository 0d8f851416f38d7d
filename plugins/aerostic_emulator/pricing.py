"""The `pricing` object of a status (webhooks/reference/messages/status, pricing)."""

import datetime
import functools
from typing import Any

from .config import Config
from .limits import Limits
from .record import Message

# From this moment in-window utility templates and, past an allowance, free-form messages are charged.
SERVICE_CHARGED_FROM = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC).timestamp()


def price(config: Config, limits: Limits, message: Message) -> dict[str, Any]:
    """Return what a delivered message is charged as; the same object stands on `sent` and on one later status."""
    category = message.category
    when, user = message.received, message.wa_id or message.user_id
    if limits.free_entry_open(message.phone_number_id, user, when):
        return _pricing("free_entry_point", "referral_conversion")
    if category == "service":
        return _pricing(_service_type(config, limits, message), category)
    in_window = limits.window_open(message.phone_number_id, user, when)
    if category == "utility" and in_window and when < SERVICE_CHARGED_FROM:
        return _pricing("free_customer_service", category)
    return _pricing("regular", category)


def _service_type(config: Config, limits: Limits, message: Message) -> str:
    if message.received < SERVICE_CHARGED_FROM:
        return "free_customer_service"
    month = datetime.datetime.fromtimestamp(message.received, datetime.UTC)
    used = limits.service_count(message.phone_number_id, month.year * 12 + month.month)
    return "free_customer_service" if used <= config.free_service_messages else "regular"


@functools.cache
def _pricing(kind: str, category: str) -> dict[str, Any]:
    return {"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}
