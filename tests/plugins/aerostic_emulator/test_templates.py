"""Template management and a template's life."""

from typing import Any

from aerostic_emulator import seed

from tests.plugins.aerostic_emulator.lab import Lab, in_lab

PATH = f"/v24.0/{seed.WABA_ID}/message_templates"
BODY = {"type": "body", "text": "Hi {{1}}, your parcel is here.", "example": {"body_text": [["Ada"]]}}


def wish(name: str, text: str = "", **more: Any) -> dict[str, Any]:
    body = {**BODY, "text": text} if text else BODY
    return {"name": name, "language": "en_US", "category": "UTILITY", "components": [body], **more}


def test_templates_are_listed_filtered_and_paged() -> None:
    async def check(lab: Lab) -> None:
        _, paused = await lab.call("GET", f"{PATH}?status=PAUSED&fields=name,status")
        _, first = await lab.call("GET", f"{PATH}?limit=3&fields=name")
        rest = first["paging"]["next"].removeprefix(lab.url)
        _, second = await lab.call("GET", rest)
        assert paused["data"] == [{"name": seed.PAUSED, "status": "PAUSED", "id": "400000000000008"}]
        assert [len(first["data"]), second["data"][0]["name"]] == [3, seed.MARKETING_IMAGE]

    in_lab(check)


def test_a_bad_cursor_is_131059() -> None:
    async def check(lab: Lab) -> None:
        _, answer = await lab.call("GET", f"{PATH}?after=nonsense")
        assert answer["error"]["code"] == 131059

    in_lab(check)


def test_a_template_is_reviewed_and_then_it_sends() -> None:
    async def check(lab: Lab) -> None:
        _, created = await lab.call("POST", PATH, wish("parcel"))
        await lab.settle()
        event = lab.callback.values("message_template_status_update")[0]
        assert (created["status"], created["category"]) == ("PENDING", "UTILITY")
        assert event == {
            "event": "APPROVED", "message_template_id": int(created["id"]), "message_template_name": "parcel",
            "message_template_language": "en_US", "reason": "NONE", "message_template_category": "UTILITY",
        }  # fmt: skip
        status, _ = await lab.send_template("+4915112345678", "parcel", "Ada")
        assert status == 200

    in_lab(check)


def test_a_promotional_utility_template_becomes_marketing() -> None:
    async def check(lab: Lab) -> None:
        _, created = await lab.call("POST", PATH, wish("promo", "Hi {{1}}, big sale this week."))
        assert created["category"] == "MARKETING"

    in_lab(check)


def test_a_review_may_reject() -> None:
    async def check(lab: Lab) -> None:
        await lab.call("POST", PATH, wish("please_reject"))
        await lab.settle()
        event = lab.callback.values("message_template_status_update")[0]
        assert (event["event"], event["reason"]) == ("REJECTED", "PROMOTIONAL")

    in_lab(check)


def test_a_template_that_breaks_a_format_rule_is_not_taken() -> None:
    async def check(lab: Lab) -> None:
        wishes = [
            (100, wish("Upper Case")),
            (100, wish("x", category="LOVE")),
            (2388299, wish("x", "Your parcel is here, dear {{1}}")),
            (2388293, wish("x", "Hi {{1}} and {{2}} now")),
            (2388072, wish("x", "Hi {{2}}, your parcel is here.")),
            (2388040, wish("x", "y" * 1025)),
            (2388073, wish("x", components=[BODY, {"type": "FOOTER", "text": "y" * 61}])),
            (2388047, wish("x", components=[BODY, {"type": "HEADER", "format": "IMAGE"}])),
            (2388072, wish("x", components=[{"type": "FOOTER", "text": "y"}])),
            (2388024, wish(seed.UTILITY)),
        ]
        answers = [(await lab.call("POST", PATH, body))[1]["error"]["code"] for _, body in wishes]
        assert answers == [code for code, _ in wishes]

    in_lab(check)


def test_an_approved_template_is_edited_once_a_day() -> None:
    async def check(lab: Lab) -> None:
        node = "/400000000000005"
        first = await lab.call("POST", node, {"components": [BODY]})
        await lab.settle()
        second = await lab.call("POST", node, {"components": [BODY]})
        _, template = await lab.call("GET", f"{node}?fields=status,components")
        assert (first[0], second[0], template["status"]) == (200, 400, "APPROVED")
        assert template["components"][0]["type"] == "BODY"

    in_lab(check)


def test_a_deleted_template_is_gone() -> None:
    async def check(lab: Lab) -> None:
        first = await lab.call("DELETE", f"{PATH}?name={seed.MARKETING}")
        second = await lab.call("DELETE", f"{PATH}?name={seed.MARKETING}")
        _, sent = await lab.send_template()
        assert (first, second[0], sent["error"]["code"]) == ((200, {"success": True}), 400, 132001)

    in_lab(check)


def test_the_third_pause_disables_and_unpausing_approves() -> None:
    async def check(lab: Lab) -> None:
        node, titles = "400000000000001", []
        for _ in range(3):
            await lab.control("POST", f"templates/{node}", {"status": "PAUSED"})
            await lab.settle()
            event = lab.callback.values("message_template_status_update")[-1]
            titles.append((event["event"], event["other_info"]["title"]))
            await lab.call("POST", f"/{node}/unpause")
        assert titles == [("PAUSED", "FIRST_PAUSE"), ("PAUSED", "SECOND_PAUSE"), ("DISABLED", "DISABLED")]
        assert (await lab.send_template())[1]["error"]["code"] == 132016

    in_lab(check)


def test_quality_and_category_changes_are_announced() -> None:
    async def check(lab: Lab) -> None:
        node = "templates/400000000000005"
        await lab.control("POST", node, {"quality": "RED"})
        await lab.control("POST", node, {"category": "MARKETING", "warn": True})
        await lab.control("POST", node, {"category": "MARKETING"})
        await lab.settle()
        quality = lab.callback.values("message_template_quality_update")[0]
        warned, done = lab.callback.values("template_category_update")
        assert (quality["previous_quality_score"], quality["new_quality_score"]) == ("UNKNOWN", "RED")
        assert (warned["new_category"], warned["correct_category"]) == ("UTILITY", "MARKETING")
        assert (done["previous_category"], done["new_category"]) == ("UTILITY", "MARKETING")

    in_lab(check)
