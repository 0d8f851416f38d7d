"""Templates as their recipients see them."""

import pytest
from aerostic_whatsapp.channel import WhatsApp

from aerostic.db import new_id
from aerostic.messaging.bodies import Attachment, Body, Button, Place
from aerostic.messaging.models import Template
from aerostic.messaging.templates.data import data_of
from aerostic.messaging.templates.preview import UNKNOWN, preview, sent

BODY = {"type": "body", "text": "Hi {{1}}, {{2}} points, {{1}}!", "example": {"body_text": [["Ada", "120"]]}}
URL = {"type": "URL", "text": "Shop", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/x"]}
QUICK = {"type": "QUICK_REPLY", "text": "Stop"}
CALL = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100"}
CODE = {"type": "COPY_CODE", "example": "SPRING"}


def template(*components, **values) -> Template:
    """A template as a sync stores it."""
    made = Template(tenant_id=new_id(), account_id=new_id(), external_id="1", name="offer", language="en",
                    category="MARKETING", status="APPROVED", quality="GREEN", parameter_format="POSITIONAL",
                    components=list(components), reason="", **values)  # fmt: skip
    made.variables = [
        {"component": v.component, "index": v.index, "name": v.name, "kind": v.kind, "sample": v.sample}
        for v in WhatsApp().variables(data_of(made))
    ]
    return made


def test_samples_stand_in_for_values_that_are_not_given():
    assert preview(template(BODY)).text == "Hi Ada, 120 points, Ada!"


def test_values_are_filled_in_where_they_belong():
    whole = template(
        {"type": "HEADER", "format": "TEXT", "text": "For {{1}}", "example": {"header_text": ["you"]}},
        BODY,
        {"type": "FOOTER", "text": "Reply STOP"},
        {"type": "BUTTONS", "buttons": [QUICK, URL, CALL, CODE]},
    )
    assert preview(whole, ["Bo", "Cy", "7", "spring", "SAVE5"]) == Body(
        "template",
        "Hi Cy, 7 points, Cy!",
        header="For Bo",
        footer="Reply STOP",
        buttons=(
            Button("reply", "Stop"),
            Button("url", "Shop", "https://shop.example/spring"),
            Button("phone", "Call", "+15550100"),
            Button("copy", "SAVE5", "SAVE5"),
        ),
    )


def test_a_place_without_a_value_is_shown_as_it_is_written():
    assert preview(template(BODY), ["", "7"]).text == "Hi {{1}}, 7 points, {{1}}!"


@pytest.mark.parametrize(
    ("style", "value", "shown"),
    [
        ("IMAGE", "https://x.example/a.png", Attachment("image", link="https://x.example/a.png")),
        ("DOCUMENT", "123", Attachment("document", media_id="123")),
        ("GIF", "", Attachment("video")),
    ],
)
def test_a_media_header_is_shown_as_its_file(style, value, shown):
    assert preview(template({"type": "HEADER", "format": style}), [value]).attachment == shown


def test_a_location_header_is_shown_as_its_place():
    whole = template({"type": "HEADER", "format": "LOCATION"})
    assert preview(whole, ["52.5,13.4,Shop,Main Street 1, Berlin"]).place == Place(
        52.5, 13.4, "Shop", "Main Street 1, Berlin"
    )


@pytest.mark.parametrize(
    ("components", "values"),
    [
        ([BODY], ["Ada", "7"]),
        ([{"type": "HEADER", "format": "LOCATION"}, BODY], ["52.5,13.4,Shop,Main Street 1", "Ada", "7"]),
        ([{"type": "HEADER", "format": "IMAGE"}, BODY, {"type": "BUTTONS", "buttons": [QUICK, URL, CODE]}],
         ["https://x.example/a.png", "Ada", "7", "spring", "SAVE5"]),
    ],
)  # fmt: skip
def test_what_was_sent_looks_like_its_preview(components, values):
    whole = template(*components)
    content = WhatsApp().template_content(data_of(whole), values)
    assert sent(content["template"], whole.components) == preview(whole, values)


def test_what_was_sent_with_named_places_looks_like_its_preview():
    named = {
        "type": "BODY",
        "text": "Hi {{first_name}}, {{code}}",
        "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ada"}]},
    }
    whole = template(named)
    whole.parameter_format = "NAMED"
    content = WhatsApp().template_content(data_of(whole), ["Bo", "X1"])
    assert sent(content["template"], whole.components).text == "Hi Bo, X1"


def test_of_a_template_that_is_gone_its_name_and_values_are_shown():
    content = WhatsApp().template_content(data_of(template(BODY)), ["Ada", "7"])
    assert sent(content["template"], None) == Body("template", "Ada \u00b7 7", notice=UNKNOWN, detail="offer")
