"""A template as a person reads it: its components with the variables of one send filled in."""

from typing import Any

from .loose import as_object, as_objects, as_text
from .template_shape import MEDIA_HEADERS, VARIABLE

Part = dict[str, Any]
_CODE_TEXT = "*{{1}}* is your verification code."


def fill(components: list[Part], content: Part) -> Part:
    """Return header, body, footer and buttons of a template send; the send has passed the template's checks."""
    given = _given(content)
    parts: Part = {"buttons": []}
    for component in components:
        kind = as_text(component.get("type")).upper()
        if kind == "HEADER":
            parts["header"] = _header(component, given["header"])
        elif kind == "BODY":
            parts["body"] = filled(as_text(component.get("text")) or _CODE_TEXT, given["body"])
        elif kind == "FOOTER":
            parts["footer"] = as_text(component.get("text")) or _expiry(component)
        elif kind == "BUTTONS":
            parts["buttons"] = [_button(button, given.get(index, [])) for index, button in
                                enumerate(as_objects(component.get("buttons")))]  # fmt: skip
        else:
            parts.setdefault("left_out", []).append(kind.lower())
    return parts


def filled(text: str, parameters: list[Part]) -> str:
    """Return a text with its variables replaced, by name where the parameters carry one, else by position."""
    values = {as_text(parameter.get("parameter_name")) or str(place): _value(parameter)
              for place, parameter in enumerate(parameters, 1)}  # fmt: skip
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _given(content: Part) -> dict[Any, list[Part]]:
    """Return the parameters of a send: of header and body by word, of buttons by index."""
    given: dict[Any, list[Part]] = {"header": [], "body": []}
    for component in as_objects(content.get("components")):
        kind = as_text(component.get("type")).lower()
        given[_index(component) if kind == "button" else kind] = as_objects(component.get("parameters"))
    return given


def _index(component: Part) -> int:
    index = as_text(component.get("index"))
    return int(index) if index.isdecimal() else 0


def _header(component: Part, parameters: list[Part]) -> Part:
    kind = as_text(component.get("format")).lower() or "text"
    if kind not in MEDIA_HEADERS:
        return {"kind": "text", "text": filled(as_text(component.get("text")), parameters)}
    return {**(as_object(parameters[0].get(kind)) if parameters else {}), "kind": kind}


def _button(button: Part, parameters: list[Part]) -> Part:
    kind, text = as_text(button.get("type")).upper(), as_text(button.get("text"))
    first = parameters[0] if parameters else {}
    url = as_text(button.get("url"))
    if kind == "QUICK_REPLY":
        return {"kind": "reply", "text": text, "payload": as_text(first.get("payload")) or text}
    if kind == "OTP" or "otp_type=COPY_CODE" in url:
        return {"kind": "copy", "text": text or "Copy code", "code": as_text(first.get("text"))}
    if kind == "URL":
        return {"kind": "url", "text": text, "url": VARIABLE.sub(lambda _: as_text(first.get("text")), url)}
    if kind == "PHONE_NUMBER":
        return {"kind": "phone", "text": text, "phone": as_text(button.get("phone_number"))}
    if kind == "COPY_CODE":
        return {"kind": "copy", "text": text or "Copy offer code", "code": as_text(first.get("coupon_code"))}
    return {"kind": "off", "text": text or kind.replace("_", " ").capitalize()}


def _expiry(component: Part) -> str:
    minutes = as_text(component.get("code_expiration_minutes"))
    return f"This code expires in {minutes} minutes." if minutes else ""


def _value(parameter: Part) -> str:
    kind = as_text(parameter.get("type")).lower() or "text"
    if kind == "text":
        return as_text(parameter.get("text"))
    return as_text(as_object(parameter.get(kind)).get("fallback_value"))
