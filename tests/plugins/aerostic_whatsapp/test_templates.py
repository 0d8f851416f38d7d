"""Templates: read from the provider, their variables found, and filled in so that the provider takes them."""

from typing import Any

import pytest
from aerostic_emulator import seed
from aerostic_whatsapp.filling import template_content
from aerostic_whatsapp.graph import Graph, GraphError
from aerostic_whatsapp.templates import read_template
from aerostic_whatsapp.variables import variables
from flask import Flask

from aerostic.sdk import SendResult, Sent, TemplateData, Variable
from tests.plugins.aerostic_whatsapp.line import Line, on_line

VALUES = {
    seed.MARKETING: ["Ada"],
    seed.MARKETING_TWO: ["Ada", "120", "spring"],
    seed.MARKETING_NAMED: ["Ada", "SPRING"],
    seed.MARKETING_IMAGE: ["https://pictures.example/a.jpg", "Ada"],
    seed.UTILITY: ["Ada", "A-1"],
    seed.AUTHENTICATION: ["123456"],
    seed.CART: ["Ada", "https://shop.example/b/1"],
    seed.APPOINTMENT: ["Ada", "Monday, 7 December", "morning"],
}


def template(*components: dict[str, Any], **values: Any) -> TemplateData:
    known = {"external_id": "1", "name": "offer", "language": "en_US", "category": "MARKETING", "status": "APPROVED",
             "quality": "GREEN", "components": list(components), **values}  # fmt: skip
    return TemplateData(**known)


BODY = {
    "type": "BODY",
    "text": "Hi {{1}}, we kept something for you: use {{2}} today.",
    "example": {"body_text": [["Ada", "it"]]},
}
EVERYTHING = template(
    {"type": "HEADER", "format": "TEXT", "text": "For {{1}}", "example": {"header_text": ["you"]}},
    BODY,
    {"type": "BUTTONS", "buttons": [
        {"type": "QUICK_REPLY", "text": "Stop"},
        {"type": "URL", "text": "Shop", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/x"]},
        {"type": "COPY_CODE", "example": "25OFF"},
    ]},
)  # fmt: skip


def test_variables_stand_in_the_order_they_are_given_in() -> None:
    assert variables(EVERYTHING) == [
        Variable("header", 0, "1", "text", "you"),
        Variable("body", 0, "1", "text", "Ada"),
        Variable("body", 1, "2", "text", "it"),
        Variable("button", 1, "1", "url", "x"),
        Variable("button", 2, "code", "copy_code", "25OFF"),
    ]


def test_every_part_is_filled_in() -> None:
    content = template_content(EVERYTHING, ["Ada", "Grace", "that", "spring", "10OFF"])
    assert content == {"type": "template", "template": {"name": "offer", "language": {"code": "en_US"}, "components": [
        {"type": "header", "parameters": [{"type": "text", "text": "Ada"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Grace"}, {"type": "text", "text": "that"}]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "spring"}]},
        {"type": "button", "sub_type": "copy_code", "index": "2",
         "parameters": [{"type": "coupon_code", "coupon_code": "10OFF"}]},
    ]}}  # fmt: skip


def test_a_template_without_variables_has_no_components() -> None:
    content = template_content(template({"type": "BODY", "text": "Hello."}), [])
    assert content["template"] == {"name": "offer", "language": {"code": "en_US"}}


@pytest.mark.parametrize(
    ("kind", "value", "parameter"),
    [
        ("IMAGE", "12345", {"type": "image", "image": {"id": "12345"}}),
        ("VIDEO", "https://v.example/a.mp4", {"type": "video", "video": {"link": "https://v.example/a.mp4"}}),
        ("LOCATION", "52.5, 13.4, Shop, Main St", {"type": "location", "location": {
            "latitude": 52.5, "longitude": 13.4, "name": "Shop", "address": "Main St"}}),
    ],
)  # fmt: skip
def test_a_header_takes_media_and_places(kind: str, value: str, parameter: dict[str, Any]) -> None:
    content = template_content(template({"type": "HEADER", "format": kind}), [value])
    assert content["template"]["components"] == [{"type": "header", "parameters": [parameter]}]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["Ada"], "takes 2 values, got 1"),
        (["Ada", "x", "y"], "takes 2 values, got 3"),
        (["Ada", " "], "body value '2' of offer is empty"),
        (["Ada", "x" * 1025], "longer than 1024"),
        (["Ada", "a\nb"], "line break"),
        (["Ada", "a     b"], "more than four spaces"),
    ],
)
def test_a_value_that_does_not_fit_is_named(values: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        template_content(template(BODY), values)


@pytest.mark.parametrize(("kind", "value"), [("IMAGE", "ftp://x"), ("IMAGE", "a.jpg"), ("LOCATION", "here")])
def test_a_header_that_does_not_fit_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="The header's"):
        template_content(template({"type": "HEADER", "format": kind}), [value])


def test_a_code_longer_than_allowed_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 15"):
        template_content(template({"type": "BODY", "text": "*{{1}}*"}, category="AUTHENTICATION"), ["1" * 16])


def test_templates_are_read_whole_and_the_provider_takes_them_filled_in() -> None:
    async def work(line: Line) -> dict[str, SendResult]:
        found = {each.name: each for each in await line.channel.fetch_templates(line.account)}
        return {
            name: await line.send(line.channel.template_content(found[name], values)) for name, values in VALUES.items()
        }

    results = on_line(work)
    assert {name: (result.sent, result.code) for name, result in results.items()} == dict.fromkeys(
        VALUES, (Sent.ACCEPTED, 0)
    )


def test_a_list_is_read_to_its_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aerostic_whatsapp.graph.PAGE", 3)

    async def work(line: Line) -> set[str]:
        return {each.name for each in await line.channel.fetch_templates(line.account)}

    assert {seed.MARKETING, seed.PENDING, seed.PAUSED, *VALUES} == on_line(work)


def test_a_template_is_submitted() -> None:
    async def work(line: Line) -> TemplateData:
        return await line.channel.submit_template(
            line.account, template(BODY, external_id="", status="", name="new_offer")
        )

    submitted = on_line(work)
    assert (submitted.name, submitted.status, submitted.external_id != "") == ("new_offer", "PENDING", True)


def test_numbers_are_read() -> None:
    async def work(line: Line) -> list[tuple[str, str, int]]:
        return [(n.external_id, n.display, n.pace) for n in await line.channel.fetch_numbers(line.account)]

    assert on_line(work)[0] == (seed.PHONE_ID, f"+{seed.PHONE}", 80)


def test_media_goes_there_and_back(app: Flask) -> None:
    async def work(line: Line) -> tuple[bytes, str]:
        media = await line.channel.upload_media(line.account, seed.PHONE_ID, b"\x89PNG", "image/png", "a.png")
        return await line.channel.download_media(line.account, media)

    assert on_line(work) == (b"\x89PNG", "image/png")


def test_media_is_not_fetched_from_our_own_network_whatever_the_provider_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leads_inside(self: Graph, path: str) -> dict[str, Any]:
        return {"url": "http://169.254.169.254/latest/meta-data", "mime_type": "text/plain"}

    async def work(line: Line) -> None:
        monkeypatch.setattr(Graph, "get", leads_inside)
        await line.channel.download_media(line.account, "1")

    with pytest.raises(GraphError, match="could not be fetched"):
        on_line(work)


def test_a_refused_call_says_what_to_do() -> None:
    async def work(line: Line) -> None:
        await line.channel.download_media(line.account, "404404")

    with pytest.raises(GraphError) as caught:
        on_line(work)
    assert caught.value.code == 100


def test_a_rejected_template_tells_its_reason() -> None:
    item = {
        "id": 5,
        "name": "a",
        "language": "en",
        "category": "utility",
        "status": "REJECTED",
        "rejected_reason": "PROMOTIONAL",
    }
    read = read_template(item)
    assert (read.external_id, read.category, read.quality, read.reason) == ("5", "UTILITY", "UNKNOWN", "PROMOTIONAL")
