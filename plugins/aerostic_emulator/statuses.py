"""Status webhooks: each accepted message walks the steps of its outcome.

Source: webhooks/reference/messages/status.
"""

from typing import Any

from .errors import status_error
from .inbound import follow_up
from .people import NAMELESS, Customer, user_id_of
from .pricing import price
from .record import Message
from .world import World

_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5}
_CONVERSATION_S = 24 * 3600


def begin(world: World, message: Message) -> None:
    """Start the walk: schedule a message's first step."""
    if world.config.statuses:
        _schedule(world, message)


def _schedule(world: World, message: Message) -> None:
    if message.steps:
        world.timeline.after(message.steps[-1][0], _take_step, world, message)
    else:
        follow_up(world, message)


def _take_step(world: World, message: Message) -> None:
    _, status, code = message.steps.pop()
    if status != "held":
        report(world, message, status, code)
    _schedule(world, message)


def report(world: World, message: Message, status: str, code: int = 0) -> None:
    """Post one status of a message."""
    _note(world, message, status, code)
    value = _value(world, message, status, code)
    if value:
        world.postman.gather(message.phone_number_id, {"field": "messages", "value": value})
    if world.chats.listeners:
        person = world.person(message.phone_number_id, message.wa_id, message.user_id)
        world.chats.listeners.tell((message.phone_number_id, person))


def _note(world: World, message: Message, status: str, code: int) -> None:
    world.record.statuses[status] += 1
    if _RANK[status] > _RANK[message.status.partition(":")[0]]:
        message.status = f"{status}:{code}" if code else status


def _value(world: World, message: Message, status: str, code: int) -> dict[str, Any] | None:
    number = world.state.numbers.get(message.phone_number_id)
    if number is None:
        return None
    # Worked out here, since a message that nobody reports on needs none.
    message.user_id = message.user_id or user_id_of(world.state.wabas[number.waba_id].business_id, message.wa_id)
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number.phone, "phone_number_id": number.id},
    }
    if status != "failed" and world.config.identity:
        value["contacts"] = [_contact(world, message)]
    value["statuses"] = [_status(world, message, status, code)]
    return value


def _contact(world: World, message: Message) -> dict[str, Any]:
    customer = _customer(world, message)
    profile = {"name": customer.name if customer else NAMELESS}
    if customer and customer.username:
        profile["username"] = customer.username
    contact: dict[str, Any] = {"profile": profile, "user_id": message.user_id}
    if message.wa_id:
        contact["wa_id"] = message.wa_id
    return contact


def _customer(world: World, message: Message) -> Customer | None:
    return world.customers.get((message.phone_number_id, message.wa_id or message.user_id))


def _status(world: World, message: Message, status: str, code: int) -> dict[str, Any]:
    now = int(world.clock.now())
    body: dict[str, Any] = {"id": message.wamid, "status": status, "timestamp": str(now)}
    if message.wa_id:
        body["recipient_id"] = message.wa_id
    if world.config.identity and not (status == "failed" and message.wa_id):
        body["recipient_user_id"] = message.user_id
    if message.callback_data is not None:
        body["biz_opaque_callback_data"] = message.callback_data
    if status == "failed":
        body["errors"] = [status_error(code)]
    else:
        _add_price(world, message, status, body, now)
    return body


def _add_price(world: World, message: Message, status: str, body: dict[str, Any], now: int) -> None:
    """Add `pricing` to `sent` and to the first later status, and the conversation where the version has it."""
    if message.pricing is None:
        message.pricing = price(world.config, world.limits, message)
    first_later = status != "sent" and not message.priced & 2
    if status == "sent" or first_later:
        message.priced |= 1 if status == "sent" else 2
        body["pricing"] = message.pricing
    if world.config.webhook_version <= 23 or message.pricing["type"] == "free_entry_point":
        conversation: dict[str, Any] = {"id": message.wamid[-32:], "origin": {"type": message.pricing["category"]}}
        if status == "sent":
            conversation["expiration_timestamp"] = str(now + _CONVERSATION_S)
        body["conversation"] = conversation
