"""People who stop or resume marketing in WhatsApp itself (webhooks/reference/user_preferences)."""

from collections.abc import Iterator
from typing import Any

from aerostic.sdk import PreferenceChange, Unrecognised
from aerostic_whatsapp.reading import EPOCH, mapping, moment, objects, phone, text, user_id

ALLOWED = {"stop": False, "resume": True, "signup": True}
CATEGORIES = {"marketing_messages": "marketing"}


def preferences(value: dict[str, Any], account: str) -> Iterator[PreferenceChange | Unrecognised]:
    """The changes of one webhook; a category or value that is new to us is not recognised."""
    receiver = text(mapping(value.get("metadata")).get("phone_number_id"))
    for item in objects(value.get("user_preferences")):
        category, allowed = CATEGORIES.get(text(item.get("category"))), ALLOWED.get(text(item.get("value")))
        number, id_, time = phone(item.get("wa_id")), user_id(item.get("user_id")), moment(item.get("timestamp"))
        if category is None or allowed is None or not (number or id_) or time is EPOCH:
            yield Unrecognised("user_preferences", item)
        else:
            yield PreferenceChange(receiver, number, id_, category, allowed, time)
