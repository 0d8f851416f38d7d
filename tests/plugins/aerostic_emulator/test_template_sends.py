"""Template sends are checked against the template."""

from typing import Any

from aerostic_emulator import seed

from tests.plugins.aerostic_emulator.lab import Lab, in_lab


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def body(*parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BODY", "parameters": list(parameters)}


def button(index: Any, kind: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": index, "parameters": list(parameters)}


def template(name: str, *components: dict[str, Any], language: str = "en_US") -> dict[str, Any]:
    content = {"name": name, "language": {"code": language}, "components": list(components)}
    return {"type": "template", "template": content}


PICTURE = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.example/a.jpg"}}]}
STOP = button(0, "QUICK_REPLY", {"type": "payload", "payload": "stop"})
ANSWERS = [
    (0, template(seed.MARKETING, body(text("Ada")))),
    (0, template(seed.MARKETING, body(text("Ada")), STOP)),
    (0, template(seed.MARKETING_TWO, body(text("Ada"), text("12")), button("1", "url", text("spring")))),
    (0, template(seed.MARKETING_NAMED, body(text("X", parameter_name="code"), text("A", parameter_name="first_name")))),
    (0, template(seed.MARKETING_IMAGE, PICTURE, body(text("Ada")))),
    (0, template(seed.AUTHENTICATION, body(text("123456")), button("0", "url", text("123456")))),
    (132001, template("nothing_of_the_kind")),
    (132001, template(seed.MARKETING, body(text("Ada")), language="de")),
    (132001, template(seed.PENDING, body(text("Ada")))),
    (132015, template(seed.PAUSED, body(text("Ada")))),
    (132000, template(seed.MARKETING)),
    (132000, template(seed.MARKETING, body(text("Ada"), text("too many")))),
    (132012, template(seed.MARKETING, body({"type": "image", "image": {}}))),
    (132012, template(seed.MARKETING_IMAGE, body(text("Ada")))),
    (132012, template(seed.MARKETING_NAMED, body(text("A"), text("B")))),
    (132018, template(seed.MARKETING, body(text("two\nlines")))),
    (132005, template(seed.MARKETING, body(text("x" * 1024)))),
    (131008, template(seed.MARKETING, body(text("")))),
    (131008, template(seed.MARKETING_TWO, body(text("Ada"), text("12")))),
    (132018, template(seed.MARKETING, body(text("Ada")), button("4", "url", text("spring")))),
    (131062, {**template(seed.AUTHENTICATION, body(text("1")), button(0, "url", text("1"))),
              "to": None, "recipient": "US.1349120865"}),
]  # fmt: skip


def test_parameters_must_fit_the_template() -> None:
    async def check(lab: Lab) -> None:
        assert [await lab.refusal(sent) for _, sent in ANSWERS] == [code for code, _ in ANSWERS]

    in_lab(check, pair_limit=False)
