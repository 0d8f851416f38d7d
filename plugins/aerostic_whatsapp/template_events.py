"""What the provider tells about templates: status, category and quality (webhooks/reference, template fields)."""

from collections.abc import Iterator
from typing import Any

from aerostic.sdk import TemplateEvent
from aerostic_whatsapp.reading import mapping, text

NOTHING = ("", "NONE")


def template_event(value: dict[str, Any], account: str) -> Iterator[TemplateEvent]:
    """The event of one change, recognised by its content: field names are not always right."""
    if "new_quality_score" in value:
        yield from _event(value, "quality", text(value["new_quality_score"]), "")
    elif "new_category" in value:
        yield from _event(value, "category", text(value["new_category"]), _coming(value))
    elif "event" in value:
        yield from _event(value, "status", text(value["event"]), _reason(value))


def _event(value: dict[str, Any], what: Any, new: str, reason: str) -> Iterator[TemplateEvent]:
    external_id, name = text(value.get("message_template_id")), text(value.get("message_template_name"))
    language = text(value.get("message_template_language"))
    if new and external_id:
        yield TemplateEvent(what, external_id, name, language, new.upper(), reason)


def _coming(value: dict[str, Any]) -> str:
    """A warning names the present category as the new one, and the coming one as the correct one."""
    coming = text(value.get("correct_category"))
    return f"WhatsApp will move the template to {coming} within 24 hours." if coming else ""


def _reason(value: dict[str, Any]) -> str:
    rejection, other = mapping(value.get("rejection_info")), mapping(value.get("other_info"))
    words = (value.get("reason"), rejection.get("reason"), rejection.get("recommendation"), other.get("title"))
    return " ".join(word for word in map(text, words) if word not in NOTHING)
