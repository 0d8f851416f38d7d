"""`POST /{PHONE_ID}/messages`: what is accepted, refused, and answered.

Sources: messages/send-messages, messages/mark-message-as-read, typing-indicators.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from . import outcomes, statuses
from .call import SUCCESS, Call, Routes, parse
from .content import check_content
from .errors import GraphError, missing_parameter
from .faults import NoAnswer, Reset
from .ids import new_wamid
from .people import digits_of, is_bsuid, is_us, wa_id_of
from .record import Message
from .state import Number, Template
from .template_send import check_template
from .world import World

_LONGEST_CALLBACK_DATA = 512
_TYPING_S = 25
_MEDIA_TYPES = {"image": "image/", "video": "video/", "audio": "audio/", "sticker": "image/webp"}


@dataclass(slots=True)
class Draft:
    """A send that is well formed: its recipient in every notation, its content and template.

    `key` is what limits, windows and chats know the recipient by.
    """

    input: str
    to: str
    wa_id: str
    user_id: str
    key: str
    type: str
    content: Any
    template: Template | None
    callback_data: str | None

    @property
    def category(self) -> str:
        """Return the category that is charged: the template's, or service."""
        return self.template.category.lower() if self.template else "service"


async def send(call: Call) -> dict[str, Any]:
    """Accept a message or a read receipt."""
    return await _send(call, marketing_api=False)


async def send_marketing(call: Call) -> dict[str, Any]:
    """Accept a marketing template by the Marketing Messages API: other types meet 131055, other categories 134100."""
    return await _send(call, marketing_api=True)


async def _send(call: Call, marketing_api: bool) -> dict[str, Any]:
    world, number = call.world, call.the(Number)
    raw = await call.request.read()
    body = parse(raw)
    _check_number(number)
    if body.get("messaging_product") != "whatsapp":
        raise missing_parameter("messaging_product")
    if body.get("status") is not None:
        return _mark_read(world, body)
    draft = read_draft(world, number, body)
    if marketing_api:
        _check_marketing(draft)
    outcome = _choose(world, number, draft)
    message = _accept(world, number, draft, outcome, raw)
    word = outcomes.split(outcome)[0]
    if word == "lost_answer":
        raise NoAnswer
    if word == "reset_after":
        raise Reset
    if word == "late_answer":
        await asyncio.sleep(world.config.late_s)
    return _answer(draft, message, held=word.startswith("held"))


def _check_number(number: Number) -> None:
    if number.status == "CONNECTED":
        return
    raise GraphError(131031 if number.status == "BANNED" else 133010)


def _mark_read(world: World, body: dict[str, Any]) -> dict[str, bool]:
    if body["status"] != "read" or not body.get("message_id"):
        raise GraphError(131009, "Parameter 'status' must be 'read', with a 'message_id'.")
    if body["message_id"] not in world.inbound_ids:
        raise GraphError(131009, "Parameter 'message_id' is unknown.")
    if "typing_indicator" in body and (body["typing_indicator"] or {}).get("type") != "text":
        raise GraphError(131009, "Parameter 'typing_indicator.type' must be 'text'.")
    typing_until = world.clock.now() + _TYPING_S if body.get("typing_indicator") else 0.0
    world.chats.read_by_business(body["message_id"], typing_until)
    return SUCCESS


def read_draft(world: World, number: Number, body: dict[str, Any]) -> Draft:
    """Return what a request wants to send, or refuse what is not well formed."""
    group = body.get("recipient_type", "individual") == "group"
    recipient, to, wa_id, user_id = _recipient(number, body, group)
    kind = str(body.get("type", "text"))
    content = body.get(kind)
    check_content(kind, content, group)
    template = check_template(world.state, number.waba_id, content) if kind == "template" else None
    if template and not wa_id and template.category == "AUTHENTICATION":
        raise GraphError(131062)
    data = body.get("biz_opaque_callback_data")
    if data is not None and (not isinstance(data, str) or len(data) > _LONGEST_CALLBACK_DATA):
        raise GraphError(131009, f"Parameter 'biz_opaque_callback_data' takes {_LONGEST_CALLBACK_DATA} characters.")
    if (context := body.get("context")) is not None and not (isinstance(context, dict) and context.get("message_id")):
        raise GraphError(131009, "Parameter 'context' needs a 'message_id'.")
    key = world.person(number.id, wa_id, user_id)
    return Draft(recipient, to, wa_id, user_id, key, kind, content, template, data)


def _recipient(number: Number, body: dict[str, Any], group: bool) -> tuple[str, str, str, str]:
    """Return the recipient as sent, its digits (or id), its WhatsApp id or else its business-scoped id."""
    to, recipient = body.get("to"), body.get("recipient")
    if to:
        text = str(to)
        if group:
            return text, text, text, ""
        digits = digits_of(text, number.country_code)
        if digits is None:
            raise GraphError(131009, "Parameter 'to' is not a valid phone number.")
        if digits == number.phone:
            raise GraphError(131021)
        return text, digits, wa_id_of(digits), ""
    if recipient:
        if not is_bsuid(str(recipient)):
            raise GraphError(131009, "Parameter 'recipient' is not a valid business-scoped user id.")
        return recipient, recipient, "", recipient
    raise missing_parameter("to")


def _check_marketing(draft: Draft) -> None:
    if draft.template is None:
        raise GraphError(131055)
    if draft.template.category != "MARKETING":
        raise GraphError(134100)


def _choose(world: World, number: Number, draft: Draft) -> str:
    """Return the message's outcome; raise what keeps it from being accepted."""
    facts = {"type": draft.type, "phone_number_id": number.id, "category": draft.category,
             "template": draft.template.name if draft.template else None}  # fmt: skip
    outcome = world.config.people.get(draft.key) or outcomes.choose(
        world.config, draft.to, facts, draft.category == "marketing"
    )
    word, code = outcomes.split(outcome)
    if word == "error":
        raise GraphError(code)
    if word == "no_answer":
        raise NoAnswer
    if word == "reset":
        raise Reset
    _check_rates(world, number, draft)
    refusal = _late_refusal(world, number, draft)
    if refusal:
        return f"{word if word in outcomes.ANSWERS else 'failed'}:{refusal}"
    # What goes to a person who blocked the number stays `sent` for ever, and the business is not told why.
    return "sent" if (number.id, draft.key) in world.state.blockers and word != "failed" else outcome


def _check_rates(world: World, number: Number, draft: Draft) -> None:
    config, limits, now = world.config, world.limits, world.clock.now()
    if config.throughput_limit and limits.throughput_exceeded(number.id, number.throughput, now):
        raise GraphError(130429)
    if config.pair_limit and limits.pair_exceeded(number.id, draft.key, now):
        raise GraphError(131056)


def _late_refusal(world: World, number: Number, draft: Draft) -> int:
    """Return the code of a `failed` status that the rules of the platform bring, or 0."""
    now, config = world.clock.now(), world.config
    business = world.state.business_of(number.waba_id)
    marketing = draft.category == "marketing"
    if marketing and config.us_marketing_blocked and is_us(draft.wa_id):
        return 131049
    if marketing and world.state.stopped and (business.id, draft.key) in world.state.stopped:
        return 131050
    if config.window and not draft.template and not world.limits.window_open(number.id, draft.key, now):
        return 131047
    if draft.type in _MEDIA_TYPES and _is_mismatch(world, draft):
        return 131053
    if draft.type == "reaction" and not _is_known(world, draft.content["message_id"]):
        return 131009
    if config.messaging_limit and business.tier != "TIER_UNLIMITED" and not world.limits.window_open(
        number.id, draft.key, now
    ):  # fmt: skip
        return 131048 if world.limits.reach_exceeded(business.id, business.tier, draft.key, now) else 0
    return 0


def _is_mismatch(world: World, draft: Draft) -> bool:
    media = world.state.media.get(str(draft.content.get("id", "")))
    if media is None:
        return "id" in draft.content
    return not media.mime_type.startswith(_MEDIA_TYPES[draft.type])


def _is_known(world: World, wamid: str) -> bool:
    return wamid in world.record.by_wamid or wamid in world.inbound_ids


def _accept(world: World, number: Number, draft: Draft, outcome: str, raw: bytes) -> Message:
    path = "sent" if draft.type == "reaction" and outcome == "read" else outcome
    message = Message(
        wamid=new_wamid(draft.key),
        phone_number_id=number.id,
        to=draft.to,
        type=draft.type,
        template=draft.template.name if draft.template else None,
        callback_data=draft.callback_data,
        received=world.clock.now(),
        category=draft.category,
        outcome=outcome,
        wa_id=draft.wa_id,
        user_id=draft.user_id,
        input=draft.input,
        steps=outcomes.steps(world.config, path, world.chance) if world.config.statuses else [],
    )
    world.record.add(message)
    components = draft.template.components if draft.template else None
    world.chats.sent(draft.key, message, raw, components)
    statuses.begin(world, message)
    return message


def _answer(draft: Draft, message: Message, held: bool) -> dict[str, Any]:
    contact = {"input": draft.input}
    if draft.wa_id:
        contact["wa_id"] = draft.wa_id
    else:
        contact["user_id"] = draft.user_id
    sent = {"id": message.wamid}
    if draft.template:
        sent["message_status"] = "held_for_quality_assessment" if held else "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}


ROUTES: Routes = {
    ("number", "POST", "messages"): send,
    ("number", "POST", "marketing_messages"): send_marketing,
}
