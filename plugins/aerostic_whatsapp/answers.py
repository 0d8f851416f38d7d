"""Reading what the provider answered to a send: accepted, refused, to be tried again, or not known.

The code decides, never the HTTP status or the title; a 5xx that is no Graph answer may come from behind a proxy that has
passed the message on, so its fate is unknown.
"""

from typing import Any

import orjson

from aerostic.sdk import N_, ErrorScope, SendResult, Sent
from aerostic_whatsapp.errors import refusal

TOO_BUSY = (408, 425, 429)
HELD = "held_for_quality_assessment"


def read_answer(status: int, raw: bytes, attempt: int) -> SendResult:
    """What one answer says.

    Args:
        status: of the HTTP response.
        attempt: how many times the message has been tried, this one included.
    """
    value = parse(raw)
    if status == 200:
        return _accepted(value)
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        return refusal(error["code"], attempt, transient=status >= 500 or error.get("is_transient") is True)
    if status >= 500:
        return SendResult(Sent.UNKNOWN, reason=f"WhatsApp answered HTTP {status} without saying what became of it.")
    if status in TOO_BUSY:
        return SendResult(Sent.RETRY, reason=N_("The number goes on slower."), after=5.0, scope=ErrorScope.NUMBER)
    reason = (
        f"The server answered HTTP {status}, which the Cloud API does not: check the account's base_url and version."
    )
    return SendResult(Sent.FAILED, reason=reason, scope=ErrorScope.ACCOUNT)


def parse(raw: bytes) -> Any:
    """The JSON of an answer, or None."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _accepted(value: Any) -> SendResult:
    try:
        message = value["messages"][0]
        provider_id = message["id"]
    except (TypeError, KeyError, IndexError):
        provider_id = None
    if not provider_id or not isinstance(provider_id, str):
        return SendResult(Sent.UNKNOWN, reason=N_("WhatsApp answered 200 without a message id."))
    # Until its quality is judged a template's messages are held, and later sent or dropped.
    held = message.get("message_status") == HELD
    return SendResult(Sent.ACCEPTED, provider_id, reason="held" if held else "")
