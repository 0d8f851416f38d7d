"""Tokens, access, accounts and numbers."""

from aerostic_emulator import seed
from aerostic_emulator.state import Token, Waba

from tests.plugins.aerostic_emulator.lab import Lab, in_lab


def test_a_token_that_is_unknown_expired_or_missing_is_190() -> None:
    async def check(lab: Lab) -> None:
        lab.emulator.world.state.tokens["old"] = Token("old", seed.APP_ID, expires_at=1.0)
        for token in ("guess", "old", ""):
            lab.token = token
            status, answer = await lab.call("GET", f"/v24.0/{seed.PHONE_ID}")
            assert (status, answer["error"]["code"]) == (401, 190)

    in_lab(check)


def test_an_object_of_someone_else_looks_like_one_that_does_not_exist() -> None:
    async def check(lab: Lab) -> None:
        lab.emulator.world.state.tokens["other"] = Token("other", seed.APP_ID, waba_ids=["1"])
        found = []
        for lab.token, node in (("other", seed.PHONE_ID), (seed.TOKEN, "12345")):
            status, answer = await lab.call("GET", f"/v24.0/{node}")
            error = answer["error"]
            found.append((status, error["code"], error["error_subcode"], error["type"]))
        assert found == [(400, 100, 33, "OAuthException")] * 2

    in_lab(check)


def test_every_version_prefix_and_none_are_the_same() -> None:
    async def check(lab: Lab) -> None:
        paths = ("/v24.0/", "/v25.0/", "/v19.0/", "/")
        assert [(await lab.call("GET", f"{p}{seed.PHONE_ID}?fields=id"))[1] for p in paths] == [
            {"id": seed.PHONE_ID}
        ] * 4

    in_lab(check)


def test_fields_of_a_number_are_selected() -> None:
    async def check(lab: Lab) -> None:
        query = "fields=display_phone_number,quality_rating,throughput,status,whatsapp_business_manager_messaging_limit"
        _, number = await lab.call("GET", f"/{seed.PHONE_ID}?{query}")
        assert number == {
            "id": seed.PHONE_ID,
            "display_phone_number": seed.PHONE,
            "quality_rating": "GREEN",
            "throughput": {"level": "STANDARD"},
            "status": "CONNECTED",
            "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
        }

    in_lab(check)


def test_numbers_are_paged() -> None:
    async def check(lab: Lab) -> None:
        path = f"/{seed.WABA_ID}/phone_numbers?fields=id&limit=1"
        _, first = await lab.call("GET", path)
        _, second = await lab.call("GET", f"{path}&after={first['paging']['cursors']['after']}")
        assert [first["data"], second["data"]] == [[{"id": seed.PHONE_ID}], [{"id": seed.SECOND_PHONE_ID}]]
        assert ("next" in first["paging"], "next" in second["paging"]) == (True, False)

    in_lab(check)


def test_a_number_is_added_verified_and_registered_before_it_sends() -> None:
    async def check(lab: Lab) -> None:
        wish = {"cc": "49", "phone_number": "15550009999", "verified_name": "Shop"}
        _, added = await lab.call("POST", f"/{seed.WABA_ID}/phone_numbers", wish)
        node = f"/{added['id']}"
        pin = {"messaging_product": "whatsapp", "pin": "123456"}
        _, early = await lab.send({"text": {"body": "x"}}, added["id"])
        _, unverified = await lab.call("POST", f"{node}/register", pin)
        steps = [
            await lab.call("POST", f"{node}/request_code?code_method=SMS&language=en_US"),
            await lab.call("POST", f"{node}/verify_code", {"code": "123830"}),
            await lab.call("POST", f"{node}/register", pin),
        ]
        status, _ = await lab.send({"text": {"body": "x"}}, added["id"])
        assert (early["error"]["code"], unverified["error"]["code"], status) == (133010, 133006, 200)
        assert steps == [(200, {"success": True})] * 3

    in_lab(check)


def test_a_wrong_pin_and_too_many_registrations_are_refused() -> None:
    async def check(lab: Lab) -> None:
        pins = ["111111", "222222", *["111111"] * 9]
        codes = []
        for pin in pins:
            body = {"messaging_product": "whatsapp", "pin": pin}
            _, answer = await lab.call("POST", f"/{seed.PHONE_ID}/register", body)
            codes.append(answer.get("error", {}).get("code", 0))
        assert codes == [0, 133005, *[0] * 8, 133016]

    in_lab(check)


def test_a_subscription_is_listed_with_its_app() -> None:
    async def check(lab: Lab) -> None:
        await lab.call("DELETE", f"/{seed.WABA_ID}/subscribed_apps")
        _, none = await lab.call("GET", f"/{seed.WABA_ID}/subscribed_apps")
        await lab.call("POST", f"/{seed.WABA_ID}/subscribed_apps")
        _, one = await lab.call("GET", f"/{seed.WABA_ID}/subscribed_apps")
        assert (none, [row["whatsapp_business_api_data"]["id"] for row in one["data"]]) == ({"data": []}, [seed.APP_ID])

    in_lab(check)


def test_a_signup_code_becomes_a_token_once() -> None:
    async def check(lab: Lab) -> None:
        query = f"client_id={seed.APP_ID}&client_secret={seed.APP_SECRET}&code={seed.SIGNUP_CODE}"
        first = await lab.call("GET", f"/v24.0/oauth/access_token?{query}")
        again = await lab.call("GET", f"/v24.0/oauth/access_token?{query}")
        assert (first, again[0]) == ((200, {"access_token": seed.TOKEN, "token_type": "bearer"}), 400)

    in_lab(check)


def test_debug_token_names_the_granted_accounts() -> None:
    async def check(lab: Lab) -> None:
        lab.emulator.world.state.tokens["one"] = Token("one", seed.APP_ID, waba_ids=[seed.WABA_ID])
        lab.token = f"{seed.APP_ID}|{seed.APP_SECRET}"
        _, known = await lab.call("GET", "/debug_token?input_token=one")
        _, unknown = await lab.call("GET", "/debug_token?input_token=two")
        granted = [scope["target_ids"] for scope in known["data"]["granular_scopes"]]
        assert (granted, known["data"]["is_valid"]) == ([[seed.WABA_ID]] * 2, True)
        assert unknown["data"]["is_valid"] is False

    in_lab(check)


def test_a_banned_number_says_so_and_its_health_is_blocked() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", f"numbers/{seed.PHONE_ID}", {"status": "BANNED"})
        _, health = await lab.call("GET", f"/{seed.PHONE_ID}?fields=health_status")
        code = await lab.refusal({"text": {"body": "x"}})
        assert (code, health["health_status"]["can_send_message"]) == (131031, "BLOCKED")

    in_lab(check)


def test_a_profile_is_kept() -> None:
    async def check(lab: Lab) -> None:
        path = f"/{seed.PHONE_ID}/whatsapp_business_profile"
        await lab.call("POST", path, {"messaging_product": "whatsapp", "about": "Open late"})
        _, profile = await lab.call("GET", f"{path}?fields=about")
        assert profile == {"data": [{"about": "Open late", "messaging_product": "whatsapp"}]}

    in_lab(check)


def test_only_customers_who_wrote_can_be_blocked() -> None:
    async def check(lab: Lab) -> None:
        wish = {"phone_number_id": seed.PHONE_ID, "from": "+4915112345678", "text": {"body": "Hi"}}
        await lab.control("POST", "inbound", wish)
        users = [{"user": "+4915112345678"}, {"user": "+4915187654321"}]
        path = f"/{seed.PHONE_ID}/block_users"
        _, answer = await lab.call("POST", path, {"messaging_product": "whatsapp", "block_users": users})
        _, blocked = await lab.call("GET", path)
        assert ([user["wa_id"] for user in blocked["data"]], answer["error"]["code"]) == (["4915112345678"], 139100)

    in_lab(check)


def test_a_portfolio_lists_its_accounts_and_its_limit() -> None:
    async def check(lab: Lab) -> None:
        lab.emulator.world.state.wabas["1"] = Waba("1", business_id="2")
        _, owned = await lab.call("GET", f"/{seed.BUSINESS_ID}/owned_whatsapp_business_accounts")
        _, business = await lab.call("GET", f"/{seed.BUSINESS_ID}?fields=whatsapp_business_manager_messaging_limit")
        assert [row["id"] for row in owned["data"]] == [seed.WABA_ID]
        assert business["whatsapp_business_manager_messaging_limit"] == "TIER_UNLIMITED"

    in_lab(check)
