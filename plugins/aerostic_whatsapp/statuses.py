"""Status items: what became of the messages we sent (webhooks/reference/messages/status)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from aerostic.sdk import StatusUpdate, Unrecognised
from aerostic_whatsapp.errors import reason_of
from aerostic_whatsapp.reading import EPOCH, mapping, moment, number, objects, text

# `played` tells of voice messages what `read` tells of the others.
STATUSES: dict[str, Any] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
LARGEST_ATTEMPT = 2**15


def statuses(value: dict[str, Any]) -> Iterator[StatusUpdate | Unrecognised]:
    """The status items of one change; those of calls and of unknown kinds are not recognised."""
    sender = text(mapping(value.get("metadata")).get("phone_number_id"))
    for item in objects(value.get("statuses")):
        yield _status(item, sender)


def _status(item: dict[str, Any], sender: str) -> StatusUpdate | Unrecognised:
    provider_id, status, time = (
        text(item.get("id")),
        STATUSES.get(text(item.get("status"))),
        moment(item.get("timestamp")),
    )
    if not provider_id or status is None or time is EPOCH:
        return Unrecognised("status", item)
    message_id, attempt = callback(item.get("biz_opaque_callback_data"))
    code = _code(item) if status == "failed" else 0
    return StatusUpdate(
        number=sender,
        provider_id=provider_id,
        status=status,
        time=time,
        message_id=message_id,
        attempt=attempt,
        code=code,
        reason=reason_of(code) if status == "failed" else "",
        pricing=_pricing(item.get("pricing")),
    )


def callback(value: Any) -> tuple[UUID | None, int]:
    """Message id and attempt from `<hex>.<attempt>`; (None, 0) where it is not ours."""
    name, _, attempt = text(value).partition(".")
    if len(name) != 32 or not (attempt.isascii() and attempt.isdigit() and len(attempt) <= 5):
        return None, 0
    try:
        return UUID(hex=name), min(int(attempt), LARGEST_ATTEMPT - 1)
    except ValueError:
        return None, 0


def _code(item: dict[str, Any]) -> int:
    first = next(objects(item.get("errors")), {})
    return number(first.get("code"))


def _pricing(value: Any) -> dict[str, Any]:
    """Whether it costs, its type and its category in one spelling.

    The field `billable` goes away, so the type counts where there is one: `regular` costs, and whatever begins with `free_`
    does not. Of a type that nobody knows yet, only `billable` can tell.
    """
    given = mapping(value)
    found = {"type": text(given.get("type")), "category": text(given.get("category")).replace("-", "_")}
    priced: dict[str, Any] = {name: word for name, word in found.items() if word}
    billable = given.get("billable")
    if found["type"] == "regular" or found["type"].startswith("free_"):
        billable = found["type"] == "regular"
    return priced | {"billable": billable} if isinstance(billable, bool) else priced
