"""Whatever a client sends, the answer is an acceptance or a Graph error, never a crash."""

from typing import Any

from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.errors import GraphError
from aerostic_emulator.messages import read_draft
from aerostic_emulator.server import Emulator
from aerostic_emulator.template_rules import check_components
from hypothesis import example, given
from hypothesis import strategies as st

WORLD = Emulator(Config()).world
NUMBER = WORLD.state.numbers[seed.PHONE_ID]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KEYS = st.sampled_from(
    [
        "id",
        "link",
        "body",
        "text",
        "name",
        "language",
        "code",
        "components",
        "type",
        "parameters",
        "index",
        "sub_type",
        "reply",
        "title",
        "action",
        "buttons",
        "sections",
        "rows",
        "header",
        "footer",
        "url",
        "latitude",
        "longitude",
        "formatted_name",
        "message_id",
        "emoji",
        "parameter_name",
        "image",
        "format",
        "example",
    ]
)
WORDS = st.sampled_from(
    ["body", "header", "button", "text", "url", "image", "en_US", "list", "BUTTONS", seed.MARKETING_TWO]
)
JSON = st.recursive(
    SCALARS | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
KINDS = st.sampled_from(
    ["text", "image", "location", "contacts", "reaction", "interactive", "template", "audio", "unknown"]
)
MARKETING = {"name": seed.MARKETING_TWO, "language": {"code": "en_US"}}


def answered(check: Any, *arguments: Any) -> bool:
    """Return that a check ended well or by a refusal; anything else is raised."""
    try:
        check(*arguments)
    except GraphError as error:
        return error.body()["error"]["code"] == error.code
    return True


@given(kind=KINDS, content=JSON, more=st.fixed_dictionaries({}, optional={"context": JSON, "recipient_type": JSON}))
@example("template", {**MARKETING, "components": [{"type": "header", "parameters": ["x"]}]}, {})
@example("template", {**MARKETING, "components": [{"type": "body", "parameters": [None, 1]}]}, {})
def test_any_message_is_answered(kind: str, content: Any, more: dict[str, Any]) -> None:
    body = {"to": "+4915112345678", "type": kind, kind: content, **more}
    assert answered(read_draft, WORLD, NUMBER, body)


@given(to=JSON, recipient=JSON)
def test_any_recipient_is_answered(to: Any, recipient: Any) -> None:
    assert answered(read_draft, WORLD, NUMBER, {"to": to, "recipient": recipient, "text": {"body": "x"}})


@given(
    template=st.sampled_from([seed.MARKETING_TWO, seed.MARKETING_IMAGE, seed.MARKETING_NAMED, seed.AUTHENTICATION]),
    components=st.lists(st.fixed_dictionaries({"type": WORDS | SCALARS}, optional={
        "parameters": JSON, "index": SCALARS, "sub_type": WORDS | SCALARS}) | JSON, max_size=3),
)  # fmt: skip
def test_any_template_parameters_are_answered(template: str, components: list[Any]) -> None:
    content = {"name": template, "language": {"code": "en_US"}, "components": components}
    body = {"to": "+4915112345678", "type": "template", "template": content}
    assert answered(read_draft, WORLD, NUMBER, body)


@given(components=st.lists(st.fixed_dictionaries({"type": WORDS}, optional={"text": JSON, "buttons": JSON}) | JSON))
def test_any_template_is_taken_or_refused(components: list[Any]) -> None:
    assert answered(check_components, "MARKETING", components)
