"""Webhook transport: signatures, batches, retries, overrides."""

import json

from aerostic_emulator import seed
from aerostic_emulator.webhooks import encode
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.aerostic_emulator.lab import CUSTOMER, Lab, in_lab

HELLO = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "text": {"body": "Grüße / 👋"}}


def test_a_body_escapes_unicode_and_slashes() -> None:
    assert encode({"text": "Grüße / 👋"}) == b'{"text":"Gr\\u00fc\\u00dfe \\/ \\ud83d\\udc4b"}'


@given(st.text())
def test_escaping_loses_nothing(text: str) -> None:
    assert json.loads(encode({"text": text})) == {"text": text}


def test_every_webhook_is_signed_over_its_bytes() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        assert lab.callback.genuine == [True]
        assert lab.callback.messages()[0]["text"] == {"body": "Grüße / 👋"}

    in_lab(check)


def test_many_statuses_travel_in_one_post() -> None:
    async def check(lab: Lab) -> None:
        for n in range(10):
            await lab.send_text(f"+4930{n}995000002")
        await lab.settle()
        assert (len(lab.callback.bodies), len(lab.callback.statuses())) == (1, 10)

    in_lab(check, batch_size=10, batch_ms=200)


def test_a_batch_may_be_one_change_with_many_statuses() -> None:
    async def check(lab: Lab) -> None:
        for n in range(3):
            await lab.send_text(f"+4930{n}995000002")
        await lab.settle()
        assert [len(value["statuses"]) for value in lab.callback.values()] == [3]

    in_lab(check, batch_size=3, batch_ms=200, batch_shape="statuses")


def test_a_webhook_that_is_not_answered_200_is_tried_again() -> None:
    async def check(lab: Lab) -> None:
        lab.callback.answers = [503, 500]
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        assert len(set(lab.callback.bodies)) == 1
        hooks = (await lab.control("GET", "record/webhooks"))["data"]
        assert [(hook["kind"], hook["attempts"], hook["answered"]) for hook in hooks] == [("messages", 3, 200)]

    in_lab(check)


def test_a_webhook_is_given_up_after_the_schedule() -> None:
    async def check(lab: Lab) -> None:
        lab.callback.answers = [500] * 9
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        counts = await lab.control("GET", "record/counts")
        assert (len(lab.callback.bodies), counts["webhooks_answered"]) == (3, 0)

    in_lab(check)


def test_paused_webhooks_come_after_all() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "webhooks", {"paused": True})
        await lab.control("POST", "inbound", HELLO)
        assert await lab.control("GET", "idle?timeout=0.05") == {"idle": False}
        await lab.control("POST", "webhooks", {"paused": False})
        await lab.settle()
        assert len(lab.callback.messages()) == 1

    in_lab(check)


def test_a_post_may_come_twice_with_the_same_bytes() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        assert (len(lab.callback.bodies), len(set(lab.callback.bodies))) == (2, 1)

    in_lab(check, duplicate_posts=1.0)


def test_posts_may_arrive_out_of_order() -> None:
    async def check(lab: Lab) -> None:
        sent = [(await lab.control("POST", "inbound", HELLO))["id"] for _ in range(20)]
        await lab.settle()
        came = [message["id"] for message in lab.callback.messages()]
        assert (sorted(came), came == sent) == (sorted(sent), False)

    in_lab(check, post_delay_ms=(0, 50))


def test_a_blocked_customer_is_not_heard() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", HELLO)
        users = {"messaging_product": "whatsapp", "block_users": [{"user": CUSTOMER}]}
        await lab.call("POST", f"/{seed.PHONE_ID}/block_users", users)
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        assert len(lab.callback.messages()) == 1

    in_lab(check)


def test_an_app_callback_is_verified_before_it_is_set() -> None:
    async def check(lab: Lab) -> None:
        url = lab.emulator.world.state.apps[seed.APP_ID].callback_url
        lab.token = f"{seed.APP_ID}|{seed.APP_SECRET}"
        wish = {"object": "whatsapp_business_account", "callback_url": url, "fields": "messages"}
        path = f"/v24.0/{seed.APP_ID}/subscriptions"
        right = await lab.call("POST", path, {**wish, "verify_token": seed.VERIFY_TOKEN})
        wrong = await lab.call("POST", path, {**wish, "verify_token": "guess"})
        assert (right, wrong[0]) == ((200, {"success": True}), 400)

    in_lab(check)


def test_the_numbers_callback_wins_over_the_accounts_and_the_accounts_over_the_apps() -> None:
    async def check(lab: Lab) -> None:
        url = lab.emulator.world.state.apps[seed.APP_ID].callback_url
        hooks = []
        for scope in ("app", "waba", "number"):
            override = {"override_callback_uri": f"{url}/{scope}", "verify_token": seed.VERIFY_TOKEN}
            if scope == "waba":
                await lab.call("POST", f"/{seed.WABA_ID}/subscribed_apps", override)
            elif scope == "number":
                await lab.call("POST", f"/{seed.PHONE_ID}", {"webhook_configuration": override})
            await lab.control("POST", "inbound", HELLO)
            await lab.settle()
            hooks.append((await lab.control("GET", "record/webhooks"))["data"][-1]["url"].removeprefix(url))
        assert hooks == ["", "/waba", "/number"]

    in_lab(check)


def test_an_unsubscribed_account_gets_no_webhooks() -> None:
    async def check(lab: Lab) -> None:
        await lab.call("DELETE", f"/{seed.WABA_ID}/subscribed_apps")
        await lab.control("POST", "inbound", HELLO)
        await lab.settle()
        assert lab.callback.bodies == []

    in_lab(check)


def test_a_customer_may_hide_the_phone_number() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", HELLO | {"hide_phone": True, "username": "@ada"})
        await lab.settle()
        value = lab.callback.values()[0]
        assert ("from" in value["messages"][0], "wa_id" in value["contacts"][0]) == (False, False)
        assert value["contacts"][0]["user_id"] == value["messages"][0]["from_user_id"]
        assert value["contacts"][0]["profile"]["username"] == "@ada"

    in_lab(check)
