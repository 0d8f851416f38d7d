"""What customers do: write, press a button, stop or resume marketing.

Sources: webhooks/reference/messages, webhooks/reference/user_preferences.
"""

import base64
import hashlib
from typing import Any

from .ids import new_wamid
from .outcomes import split
from .people import Customer, digits_of, user_id_of, wa_id_of
from .record import Message
from .state import Media, Number
from .world import World

_MEDIA = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/ogg", "document": "application/pdf",
          "sticker": "image/webp"}  # fmt: skip
_OWN = {"phone_number_id", "from", "user_id", "name", "username", "hide_phone", "referral", "id", "context", "type"}


def receive(world: World, wish: dict[str, Any]) -> str:
    """Post an inbound message, open the window and return its id; a blocked customer is not heard.

    Somebody who has blocked the number cannot write to it before unblocking it: a ValueError.

    `wish` names `phone_number_id`, `from` and/or `user_id`, `type` and the content under the type's key, and may name
    `name`, `username`, `hide_phone`, `context`, `referral` and `id`.
    """
    number = world.state.numbers[wish["phone_number_id"]]
    customer = meet(world, number, wish)
    person = customer.phone or customer.user_id
    if (number.id, person) in world.state.blockers:
        raise ValueError("this person has blocked the business: unblock it first")
    kind = wish.get("type", "text")
    wamid = str(wish.get("id") or new_wamid(person))
    world.inbound_ids.add(wamid)
    message: dict[str, Any] = {"id": wamid, "timestamp": str(int(world.clock.now())), "type": kind}
    message |= _identity(customer, "from", "from_user_id", world.config.identity)
    message |= {key: value for key, value in wish.items() if key not in _OWN}
    message |= {key: wish[key] for key in ("context", "referral") if key in wish}
    if kind in _MEDIA:
        message[kind] = _store(world, number, kind, wish.get(kind, {}))
    heard = number.blocked.keys().isdisjoint((customer.phone, customer.user_id))
    world.chats.wrote((number.id, person), message, world.clock.now(), heard)
    if not heard:
        return wamid
    _open_window(world, number, customer, "referral" in wish)
    value = {**_head(number), "contacts": [_contact(world, customer)], "messages": [message]}
    world.postman.announce(number.waba_id, "messages", value, number.id)
    return wamid


def prefer(world: World, wish: dict[str, Any]) -> None:
    """Stop or resume marketing for a customer and post `user_preferences`."""
    number = world.state.numbers[wish["phone_number_id"]]
    customer = meet(world, number, wish)
    key = (world.state.wabas[number.waba_id].business_id, customer.phone or customer.user_id)
    stop = wish["value"] == "stop"
    (world.state.stopped.add if stop else world.state.stopped.discard)(key)
    preference = {
        **_identity(customer, "wa_id", "user_id", world.config.identity),
        "detail": f"User requested to {wish['value']} marketing messages",
        "category": "marketing_messages",
        "value": wish["value"],
        "timestamp": int(world.clock.now()),
    }
    value = {**_head(number), "contacts": [_contact(world, customer)], "user_preferences": [preference]}
    world.postman.announce(number.waba_id, "user_preferences", value, number.id)


def follow_up(world: World, message: Message) -> None:
    """Do what a magic recipient does after reading: reply, press a button, stop marketing."""
    word = split(message.outcome)[0]
    if word not in ("replies", "replies_stop", "presses_button", "stops_marketing"):
        return
    if message.phone_number_id not in world.state.numbers:
        return
    wish: dict[str, Any] = {"phone_number_id": message.phone_number_id}
    wish |= {"from": "+" + message.wa_id} if message.wa_id else {"user_id": message.user_id}
    if word == "stops_marketing":
        prefer(world, wish | {"value": "stop"})
    elif word == "presses_button":
        label = {"payload": "Stop promotions", "text": "Stop promotions"}
        business = world.state.numbers[message.phone_number_id].phone
        receive(world, wish | {"type": "button", "button": label, "context": {"from": business, "id": message.wamid}})
    else:
        receive(world, wish | {"text": {"body": "STOP" if word == "replies_stop" else "Thank you!"}})


def meet(world: World, number: Number, wish: dict[str, Any]) -> Customer:
    """Return the customer a wish names (`from`, `user_id`), known from now on, with what it says of `name` and so on."""
    digits = digits_of(str(wish.get("from", "")), number.country_code)
    wa_id = wa_id_of(digits) if digits else ""
    business_id = world.state.wabas[number.waba_id].business_id
    user_id = wish.get("user_id") or user_id_of(business_id, wa_id)
    customer = world.customers.get((number.id, wa_id or user_id)) or Customer(wa_id, user_id)
    customer.name = wish.get("name", customer.name)
    customer.username = wish.get("username", customer.username)
    customer.hide_phone = wish.get("hide_phone", customer.hide_phone)
    for key in filter(None, (wa_id, user_id)):
        world.customers[number.id, key] = customer
    return customer


def _open_window(world: World, number: Number, customer: Customer, referral: bool) -> None:
    for key in filter(None, (customer.phone, customer.user_id)):
        world.limits.open_window(number.id, key, world.clock.now(), referral)


def _identity(customer: Customer, phone_key: str, user_key: str, identity: bool) -> dict[str, str]:
    keys = {user_key: customer.user_id} if identity else {}
    if customer.phone and not customer.hide_phone:
        keys[phone_key] = customer.phone
    return keys


def _contact(world: World, customer: Customer) -> dict[str, Any]:
    profile = {"name": customer.name} | ({"username": customer.username} if customer.username else {})
    return {"profile": profile, **_identity(customer, "wa_id", "user_id", world.config.identity)}


def _head(number: Number) -> dict[str, Any]:
    metadata = {"display_phone_number": number.phone, "phone_number_id": number.id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _store(world: World, number: Number, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Keep an inbound file (`data_base64`, or one byte) and return the webhook's media object."""
    content = base64.b64decode(given.get("data_base64", "AA=="))
    media = Media(world.state.new_id(), number.id, given.get("mime_type", _MEDIA[kind]), content,
                  hashlib.sha256(content).hexdigest(), world.clock.now())  # fmt: skip
    world.state.media[media.id] = media
    rest = {key: value for key, value in given.items() if key not in ("data_base64", "mime_type")}
    return {"id": media.id, "mime_type": media.mime_type, "sha256": media.sha256, **rest}
