"""Webhooks are read whole: every entry, change and item; and nothing can break the reading."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from aerostic_whatsapp.parsing import READERS, TOLD, parse_webhook
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostic.sdk import AccountEvent, InboundMessage, PreferenceChange, StatusUpdate, TemplateEvent, Unrecognised
from tests.plugins.aerostic_whatsapp.documents import DOCUMENTS, NAMES

MESSAGE_ID = "0190a0b0c0d070008000000000000001"
ITEMS = (InboundMessage, StatusUpdate, PreferenceChange, TemplateEvent, AccountEvent, Unrecognised)
PLACEHOLDERS = {"044_messages_message_revoke": "Unrecognised", "075_smb_message_echoes_echo_text": "Unrecognised"}
BY_FIELD = {
    "account_update": "AccountEvent",
    "calls": "Unrecognised",
    "messages_message": "InboundMessage",
    "messages_status": "StatusUpdate",
    "smb": "Unrecognised",
    "template_category": "TemplateEvent",
    "message_template_components": "AccountEvent",
    "message_template": "TemplateEvent",
    "user_preferences": "PreferenceChange",
}


def webhook(field: str, *values: dict) -> dict:
    return {"object": "whatsapp_business_account", "entry": [
        {"id": "1", "changes": [{"field": field, "value": value} for value in values]}]}  # fmt: skip


def status(**values: object) -> dict:
    item = {"id": "wamid.1", "status": "sent", "timestamp": "1700000000", **values}
    return {"metadata": {"phone_number_id": "7"}, "statuses": [item]}


def message(item: dict, **value: object) -> dict:
    item = {"from": "15550001111", "id": "wamid.1", "timestamp": "1700000000", **item}
    return {"metadata": {"phone_number_id": "7"}, "messages": [item], **value}


def one(field: str, value: dict) -> object:
    (item,) = parse_webhook(webhook(field, value))
    return item


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_known_document_is_read_as_what_it_is(document):
    items = parse_webhook(orjson.loads(document.read_bytes()))
    expected = next(kind for part, kind in BY_FIELD.items() if document.stem[4:].startswith(part))
    expected = PLACEHOLDERS.get(document.stem, expected)
    if document.stem.startswith("066"):
        assert [type(item).__name__ for item in items] == ["InboundMessage", "AccountEvent"]
    else:
        assert [type(item).__name__ for item in items] == [expected]


def test_every_entry_change_and_item_is_read_in_its_order():
    payload = webhook("messages", status(id="a"), {**status(id="b"), **message({"id": "c"})})
    payload["entry"] += webhook("messages", status(id="d"))["entry"]
    assert [item.provider_id for item in parse_webhook(payload)] == ["a", "c", "b", "d"]


def test_a_status_carries_what_we_handed_over():
    item = one("messages", status(biz_opaque_callback_data=f"{MESSAGE_ID}.3", pricing={
        "billable": True, "type": "regular", "category": "authentication-international"}))  # fmt: skip
    assert item == StatusUpdate(
        "7", "wamid.1", "sent", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), UUID(MESSAGE_ID), 3,
        pricing={"billable": True, "type": "regular", "category": "authentication_international"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "data", ["", "x.1", f"{MESSAGE_ID}", f"{MESSAGE_ID}.x", f"{MESSAGE_ID}.-1", "g" * 32 + ".1", 7, None]
)
def test_callback_data_of_others_names_no_message(data):
    item = one("messages", status(biz_opaque_callback_data=data))
    assert (item.message_id, item.attempt) == (None, 0)


def test_a_failed_status_needs_no_contacts_and_says_what_to_do():
    item = one("messages", status(status="failed", errors=[{"code": 131047, "title": "Re-engagement message"}]))
    assert (item.code, item.reason) == (
        131047,
        "More than 24 hours have passed since the person wrote: send a template.",
    )


def test_played_counts_as_read():
    assert one("messages", status(status="played")).status == "read"


@pytest.mark.parametrize("value", [{"status": "exploded"}, {"id": ""}, {"timestamp": None}, {"timestamp": "0"}])
def test_a_status_that_cannot_be_used_is_not_recognised(value):
    assert type(one("messages", status(**value))) is Unrecognised


def test_a_person_known_by_a_user_id_only_is_read():
    contacts = [{"profile": {"name": "Ada", "username": "@ada"}, "user_id": "US.1"}]
    item = one(
        "messages",
        message({"from": None, "from_user_id": "US.1", "type": "text", "text": {"body": "Hi"}}, contacts=contacts),
    )
    assert (item.phone, item.user_id, item.username, item.name, item.text) == (None, "US.1", "@ada", "Ada", "Hi")


def test_a_user_id_comes_from_the_contact_with_the_same_number_only():
    contacts = [{"wa_id": "15559999999", "user_id": "US.9"}, {"wa_id": "15550001111", "user_id": "US.1"}]
    assert one("messages", message({"type": "text"}, contacts=contacts)).user_id == "US.1"
    assert one("messages", message({"type": "text"}, contacts=contacts[:1])).user_id is None


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"type": "text", "text": {"body": "STOP"}}, "STOP"),
        ({"type": "button", "button": {"payload": "p", "text": "Stop promotions"}}, "Stop promotions"),
        (
            {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "One"}}},
            "One",
        ),
        ({"type": "image", "image": {"id": "1", "caption": "Look"}}, "Look"),
        ({"type": "sticker", "sticker": {"id": "1"}}, ""),
    ],
)
def test_what_a_person_said_in_words_is_known(item, words):
    assert one("messages", message(item)).text == words


def test_a_message_keeps_its_content_and_what_it_answers():
    item = one("messages", message({"type": "text", "text": {"body": "Hi"}, "context": {"id": "wamid.0"}, "news": 1}))
    assert item.reply_to == "wamid.0"
    assert item.content == {"type": "text", "text": {"body": "Hi"}, "context": {"id": "wamid.0"}, "news": 1}


def test_a_message_without_a_sender_is_not_recognised():
    assert type(one("messages", message({"from": "", "type": "text"}))) is Unrecognised


def test_quality_is_recognised_under_the_wrong_field():
    value = {
        "new_quality_score": "RED",
        "message_template_id": 5,
        "message_template_name": "a",
        "message_template_language": "en",
    }
    assert one("message_template_status_update", value) == TemplateEvent("quality", "5", "a", "en", "RED")


def test_a_coming_category_changes_nothing_yet():
    value = {"new_category": "UTILITY", "correct_category": "MARKETING", "message_template_id": 5}
    assert one("template_category_update", value) == TemplateEvent(
        "category", "5", "", "", "UTILITY", "WhatsApp will move the template to MARKETING within 24 hours."
    )


def test_an_upgrade_of_throughput_sets_the_pace_of_the_number_shown():
    value = {
        "display_phone_number": "15550783881",
        "event": "THROUGHPUT_UPGRADE",
        "max_daily_conversations_per_business": "TIER_UNLIMITED",
    }
    item = one("phone_number_quality_update", value)
    assert (item.display, item.data["pace"], item.data["limit_tier"]) == ("15550783881", 1000, "TIER_UNLIMITED")


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, True),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, False),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}, None),
        ({"event": "ACCOUNT_DELETED"}, True),
        ({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "9"}}, None),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1900000000}]}, True),
    ],
)  # fmt: skip
def test_an_account_is_blocked_by_what_ends_its_sending(value, blocked):
    assert one("account_update", value).data.get("blocked") is blocked


@pytest.mark.parametrize("limit", [-1, "TIER_UNLIMITED"])
def test_limits_have_one_spelling(limit):
    item = one("business_capability_update", {"max_daily_conversations_per_business": limit})
    assert item.data["limit_tier"] == "TIER_UNLIMITED"


@pytest.mark.parametrize(
    "payload", [None, [], "x", 3, {}, {"entry": 5}, {"entry": [None, {"changes": [3, {"field": "messages"}]}]}]
)
def test_what_is_no_webhook_is_not_recognised(payload):
    assert {type(item) for item in parse_webhook(payload)} == {Unrecognised}


def test_unknown_fields_and_broken_neighbours_lose_nothing():
    value = {**status(), "messages": [5], "errors": "x"}
    kinds = [type(item).__name__ for item in parse_webhook(webhook("messages", value))]
    assert kinds == ["StatusUpdate", "Unrecognised", "Unrecognised"]
    assert one("something_new", {"a": 1}) == Unrecognised("something_new", {"a": 1})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
NAMES_INSIDE = """
    messages statuses errors metadata contacts id from timestamp type text body status event interactive user_preferences
    wa_id phone_number_id profile value category ban_info waba_info restriction_info new_category new_quality_score code
    pricing biz_opaque_callback_data context message_template_id display_phone_number
"""
WORDS = st.sampled_from(NAMES_INSIDE.split())
SHAPED = st.recursive(
    JSON, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=30
)


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from([*READERS, *TOLD, "other"]), value=SHAPED)
def test_no_value_of_any_field_breaks_the_reading(field, value):
    for item in parse_webhook({"entry": [{"id": 1, "changes": [{"field": field, "value": value}]}]}):
        assert isinstance(item, ITEMS)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), document=st.sampled_from(DOCUMENTS))
def test_no_damage_to_a_known_document_breaks_the_reading(data, document):
    payload = orjson.loads(document.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        _damage(payload, data)
    for item in parse_webhook(payload):
        assert isinstance(item, ITEMS)


def _damage(value: object, data: st.DataObject) -> None:
    """Replace one part somewhere below with any JSON."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], (dict, list)) and value[key] and data.draw(st.integers(0, 3)):
        _damage(value[key], data)
    else:
        value[key] = data.draw(JSON)
