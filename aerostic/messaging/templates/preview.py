"""A template as its recipient sees it: its components with the variables filled in.

Components and the parameters of a sent message come in the words of the Cloud API, with kinds in any case.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aerostic.messaging.bodies import Attachment, Body, Button, Place
from aerostic.messaging.models import Template
from aerostic.messaging.values import mapping, number, objects, text
from aerostic.words import N_

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
FILES = {"IMAGE": "image", "VIDEO": "video", "GIF": "video", "DOCUMENT": "document"}
BUTTONS = {"QUICK_REPLY": "reply", "URL": "url", "PHONE_NUMBER": "phone", "COPY_CODE": "copy", "OTP": "copy"}
UNKNOWN = N_("The template of this message is not known here:")
# A longer value is hardly a name, a date or a number: it is the message itself.
LONGEST_NAME = 40
Key = tuple[str, int]
Values = Mapping[Key, str]


def preview(template: Template, values: Sequence[str] | None = None) -> Body:
    """The template with these values in its places, in the order of `template.variables`.

    Args:
        values: None for the samples it was approved with; an empty value leaves its place as it is written.
    """
    places = [(text(place.get("component")), int(place.get("index", 0))) for place in template.variables]
    samples = [text(place.get("sample")) for place in template.variables]
    filled = dict(zip(places, samples if values is None else values, strict=False))
    return _body(template.components, {key: value for key, value in filled.items() if value})


def sent(content: Mapping[str, Any], components: Sequence[Any] | None) -> Body:
    """A sent message, `{"name", "language", "components"}`, with the text of its template.

    Args:
        components: the template's; None where it is not known any more.
    """
    values = dict(_parameters(content))
    if components is None:
        return Body("template", " \u00b7 ".join(values.values()), notice=UNKNOWN, detail=text(content.get("name")))
    return _body(components, values)


def outline(content: Mapping[str, Any], components: Sequence[Any]) -> Body:
    """A sent message as all of its kind are: what is told to one recipient alone, in few characters, is left out."""
    return _body(components, {key: value for key, value in _parameters(content) if len(value) > LONGEST_NAME})


def _body(components: Sequence[Any], values: Values) -> Body:
    parts = {text(part.get("type")).upper(): part for part in objects(list(components))}
    head = mapping(parts.get("HEADER"))
    style = text(head.get("format")).upper()
    return Body(
        "template",
        _filled("body", parts.get("BODY"), values),
        header=_filled("header", head, values),
        footer=text(mapping(parts.get("FOOTER")).get("text")),
        attachment=_file(FILES[style], values.get(("header", 0), "")) if style in FILES else None,
        place=_place(values.get(("header", 0), "")) if style == "LOCATION" else None,
        buttons=tuple(_buttons(mapping(parts.get("BUTTONS")), values)),
    )


def _filled(component: str, part: Any, values: Values) -> str:
    """A component's text; the same place may occur twice and counts once, as the provider counts it."""
    written = text(mapping(part).get("text"))
    order = {name: index for index, name in enumerate(dict.fromkeys(PLACE.findall(written)))}
    return PLACE.sub(lambda found: values.get((component, order[found[1]]), found[0]), written)


def _buttons(part: Mapping[str, Any], values: Values) -> Iterator[Button]:
    for index, button in enumerate(objects(part.get("buttons"))):
        kind = BUTTONS.get(text(button.get("type")).upper(), "reply")
        value = values.get(("button", index), "")
        if kind == "url":
            value = PLACE.sub(_or_as_written(value), text(button.get("url")))
        elif kind == "phone":
            value = text(button.get("phone_number"))
        yield Button(kind, text(button.get("text")) or value, value)


def _or_as_written(value: str) -> Callable[[re.Match[str]], str]:
    return lambda found: value or found[0]


def _file(kind: str, value: str) -> Attachment:
    linked = value.startswith("https://")
    return Attachment(kind, link=value if linked else "", media_id="" if linked else value)


def _place(value: str) -> Place | None:
    latitude, longitude, *rest = [*value.split(",", 3), "", ""]
    point = number(latitude), number(longitude)
    if point[0] is None or point[1] is None:
        return None
    return Place(point[0], point[1], *(word.strip() for word in rest[:2]))


def _parameters(content: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """What fills each place of a sent template."""
    for part in objects(content.get("components")):
        component = text(part.get("type")).lower()
        for index, parameter in enumerate(objects(part.get("parameters"))):
            place = int(number(part.get("index")) or 0) if component == "button" else index
            yield (component, place), _value(parameter)


def _value(parameter: Mapping[str, Any]) -> str:
    kind = text(parameter.get("type")).lower()
    part = parameter.get(kind)
    if kind == "location":
        words = (text(mapping(part).get(name)) for name in ("latitude", "longitude", "name", "address"))
        return ",".join(words).rstrip(",")
    if isinstance(part, dict):
        return text(part.get("link")) or text(part.get("id")) or text(part.get("fallback_value"))
    return text(part) or text(parameter.get("coupon_code")) or text(parameter.get("payload"))
