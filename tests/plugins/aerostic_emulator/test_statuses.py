"""Status webhooks: their order, their shape, and the outcomes recipients ask for."""

import pytest
from aerostic_emulator import outcomes, seed
from aerostic_emulator.config import REALISTIC_MIX, Config
from aerostic_emulator.errors import CODES

from tests.plugins.aerostic_emulator.lab import CUSTOMER, Lab, in_lab

PATHS = [
    ("+4930995000000", ["sent", "delivered", "read"]),
    ("+4930995000001", ["sent", "delivered"]),
    ("+4930995000002", ["sent"]),
    ("+4930995000003", []),
    ("+4930995000004", ["sent", "read"]),
    ("+4930995000005", ["read", "delivered", "sent"]),
    ("+4930995000006", ["sent", "sent", "delivered", "delivered", "read", "read"]),
    ("+4930995000007", ["sent", "delivered", "read"]),
    ("+4930995000008", ["failed:132015"]),
    ("+4930995000011", ["sent", "delivered", "read", "played"]),
    ("+4930999131026", ["failed:131026"]),
    ("+4930998131049", ["sent", "failed:131049"]),
    ("+4930997131053", ["sent", "delivered", "failed:131053"]),
    ("+4930996131026", ["sent", "failed:131026", "delivered"]),
]


def walked(lab: Lab) -> list[str]:
    found = []
    for status in lab.callback.statuses():
        code = status["errors"][0]["code"] if "errors" in status else None
        found.append(f"{status['status']}:{code}" if code else status["status"])
    return found


@pytest.mark.parametrize(("to", "path"), PATHS)
def test_a_magic_recipient_meets_its_outcome(to: str, path: list[str]) -> None:
    async def check(lab: Lab) -> None:
        await lab.send_template(to)
        await lab.settle()
        assert walked(lab) == path

    in_lab(check)


def test_a_magic_recipient_with_a_code_of_the_answer_is_refused_with_it() -> None:
    async def check(lab: Lab) -> None:
        sent = [await lab.send_text(f"+4930999{code:06d}") for code in (190, 130429, 131056, 368, 2)]
        assert [(status, answer["error"]["code"]) for status, answer in sent] == [
            (401, 190), (400, 130429), (400, 131056), (403, 368), (503, 2)
        ]  # fmt: skip

    in_lab(check)


def test_every_code_has_a_magic_recipient() -> None:
    for code in (code for code in CODES.values() if code.number < 1_000_000):
        word = "failed" if code.path == "A" else "error"
        assert outcomes.magic(f"4930999{code.number:06d}") == f"{word}:{code.number}"


def test_a_sent_status_carries_callback_data_price_and_identity() -> None:
    async def check(lab: Lab) -> None:
        _, answer = await lab.send_template("+4930995000002")
        lab.emulator.world.clock.offset = 0
        await lab.settle()
        value = lab.callback.values()[0]
        status = value["statuses"][0]
        assert status.pop("timestamp").isdecimal()
        user = status["recipient_user_id"]
        assert value == {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": seed.PHONE, "phone_number_id": seed.PHONE_ID},
            "contacts": [{"profile": {"name": "Emulated customer"}, "user_id": user, "wa_id": "4930995000002"}],
            "statuses": [{
                "id": answer["messages"][0]["id"], "status": "sent", "recipient_id": "4930995000002",
                "recipient_user_id": user,
                "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
            }],
        }  # fmt: skip

    in_lab(check)


def test_callback_data_comes_back_in_every_status() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text(biz_opaque_callback_data="outbox-7")
        await lab.settle()
        assert [s["biz_opaque_callback_data"] for s in lab.callback.statuses()] == ["outbox-7"] * 3

    in_lab(check)


def test_the_price_stands_on_sent_and_on_one_later_status() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_template()
        await lab.settle()
        assert ["pricing" in status for status in lab.callback.statuses()] == [True, True, False]

    in_lab(check)


def test_a_failed_status_has_no_contacts_and_says_why() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text("+4930999131026")
        await lab.settle()
        value = lab.callback.values()[0]
        error = value["statuses"][0]["errors"][0]
        assert ("contacts" in value, error["code"], error["title"]) == (False, 131026, "Message undeliverable")

    in_lab(check)


def test_the_old_webhook_version_has_a_conversation() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_template()
        await lab.settle()
        origins = [status["conversation"]["origin"]["type"] for status in lab.callback.statuses()]
        expiring = ["expiration_timestamp" in status["conversation"] for status in lab.callback.statuses()]
        assert (origins, expiring) == (["marketing"] * 3, [True, False, False])

    in_lab(check, webhook_version=23)


def test_a_message_by_business_scoped_id_has_no_phone_in_its_statuses() -> None:
    async def check(lab: Lab) -> None:
        await lab.send({"to": None, "recipient": "US.1349", "text": {"body": "Hi"}})
        await lab.settle()
        status = lab.callback.statuses()[0]
        assert ("recipient_id" in status, status["recipient_user_id"]) == (False, "US.1349")

    in_lab(check)


def test_a_held_template_is_answered_as_held() -> None:
    async def check(lab: Lab) -> None:
        _, answer = await lab.send_template("+4930995000008")
        assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"

    in_lab(check)


def test_a_free_form_message_outside_the_window_fails_and_inside_it_is_delivered() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text()
        await lab.settle()
        wish = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "text": {"body": "Hi"}}
        await lab.control("POST", "inbound", wish)
        await lab.send_text()
        await lab.settle()
        assert walked(lab) == ["failed:131047", "sent", "delivered", "read"]

    in_lab(check, window=True)


def test_the_window_closes_after_24_hours() -> None:
    async def check(lab: Lab) -> None:
        wish = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "text": {"body": "Hi"}}
        await lab.control("POST", "inbound", wish)
        await lab.control("POST", "clock", {"offset_s": 24 * 3600 + 1})
        await lab.send_text()
        await lab.settle()
        assert walked(lab) == ["failed:131047"]

    in_lab(check, window=True)


def test_marketing_does_not_reach_the_united_states() -> None:
    async def check(lab: Lab) -> None:
        for to in ("+16505551234", "+14165551234"):
            await lab.send_template(to)
            await lab.settle()
        assert walked(lab) == ["failed:131049", "sent", "delivered", "read"]

    in_lab(check)


def test_a_customer_who_stopped_marketing_still_gets_utility_messages() -> None:
    async def check(lab: Lab) -> None:
        wish = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "value": "stop"}
        await lab.control("POST", "preferences", wish)
        await lab.send_template()
        await lab.settle()
        await lab.send_template(CUSTOMER, seed.UTILITY, "Ada", "A-1")
        await lab.settle()
        assert walked(lab) == ["failed:131050", "sent", "delivered", "read"]
        assert lab.callback.values("user_preferences")[0]["user_preferences"][0]["value"] == "stop"

    in_lab(check)


def test_a_rule_decides_for_the_messages_it_matches() -> None:
    async def check(lab: Lab) -> None:
        rules = [{"match": {"template": seed.MARKETING, "to_prefix": "49"}, "outcome": "failed:131026"}]
        await lab.control("PATCH", "config", {"rules": rules})
        await lab.send_template()
        await lab.send_template("+33612345678")
        await lab.settle()
        assert sorted(walked(lab)) == ["delivered", "failed:131026", "read", "sent"]

    in_lab(check)


def test_the_realistic_mix_falls_out_the_same_way_each_time() -> None:
    config = Config(mix=REALISTIC_MIX)
    recipients = [f"49151{n:08d}" for n in range(4000)]
    first = [outcomes.choose(config, to, {}, True) for to in recipients]
    again = [outcomes.choose(config, to, {}, True) for to in recipients]
    shares = {name: first.count(name) / len(first) for name in REALISTIC_MIX}
    total = sum(REALISTIC_MIX.values())
    assert first == again
    assert all(abs(shares[name] - weight / total) < 0.03 for name, weight in REALISTIC_MIX.items())


def test_a_customer_may_write_back() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_template("+4930995000013")
        await lab.send_template("+4930995000015")
        await lab.settle()
        said = [m.get("text", m.get("button")) for m in lab.callback.messages()]
        expected = [{"body": "STOP"}, {"payload": "Stop promotions", "text": "Stop promotions"}]
        assert sorted(said, key=str) == sorted(expected, key=str)

    in_lab(check)
