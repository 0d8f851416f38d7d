"""A template as a person reads it: its components with the variables of one send filled in."""

from typing import Any

from .template_shape import MEDIA_HEADERS, VARIABLE

Part = dict[str, Any]
_CODE_TEXT = "*{{1}}* is your verification code."


def fill(components: list[Part], content: Part) -> Part:
    """Return header, body, footer and buttons of a template send; the send has passed the template's checks."""
    given = _given(content)
    parts: Part = {"buttons": []}
    for component in components:
        kind = str(component.get("type", "")).upper()
        if kind == "HEADER":
            parts["header"] = _header(component, given["header"])
        elif kind == "BODY":
            parts["body"] = filled(component.get("text") or _CODE_TEXT, given["body"])
        elif kind == "FOOTER":
            parts["footer"] = component.get("text") or _expiry(component)
        elif kind == "BUTTONS":
            parts["buttons"] = [_button(button, given.get(index, [])) for index, button in
                                enumerate(component.get("buttons") or [])]  # fmt: skip
        else:
            parts.setdefault("left_out", []).append(kind.lower())
    return parts


def filled(text: str, parameters: list[Part]) -> str:
    """Return a text with its variables replaced, by name where the parameters carry one, else by position."""
    values = {str(parameter.get("parameter_name") or place): _value(parameter)
              for place, parameter in enumerate(parameters, 1)}  # fmt: skip
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _given(content: Part) -> dict[Any, list[Part]]:
    """Return the parameters of a send: of header and body by word, of buttons by index."""
    given: dict[Any, list[Part]] = {"header": [], "body": []}
    for component in content.get("components") or []:
        kind = str(component.get("type", "")).lower()
        key = int(component.get("index", 0)) if kind == "button" else kind
        given[key] = component.get("parameters") or []
    return given


def _header(component: Part, parameters: list[Part]) -> Part:
    kind = str(component.get("format", "TEXT")).lower()
    if kind not in MEDIA_HEADERS:
        return {"kind": "text", "text": filled(component.get("text") or "", parameters)}
    return {"kind": kind, **(parameters[0].get(kind) or {} if parameters else {})}


def _button(button: Part, parameters: list[Part]) -> Part:
    kind, text = str(button.get("type", "")).upper(), str(button.get("text") or "")
    first = parameters[0] if parameters else {}
    url = str(button.get("url") or "")
    if kind == "QUICK_REPLY":
        return {"kind": "reply", "text": text, "payload": first.get("payload") or text}
    if kind == "OTP" or "otp_type=COPY_CODE" in url:
        return {"kind": "copy", "text": text or "Copy code", "code": first.get("text", "")}
    if kind == "URL":
        return {"kind": "url", "text": text, "url": VARIABLE.sub(lambda _: str(first.get("text", "")), url)}
    if kind == "PHONE_NUMBER":
        return {"kind": "phone", "text": text, "phone": button.get("phone_number", "")}
    if kind == "COPY_CODE":
        return {"kind": "copy", "text": text or "Copy offer code", "code": first.get("coupon_code", "")}
    return {"kind": "off", "text": text or kind.replace("_", " ").capitalize()}


def _expiry(component: Part) -> str:
    minutes = component.get("code_expiration_minutes")
    return f"This code expires in {minutes} minutes." if minutes else ""


def _value(parameter: Part) -> str:
    kind = str(parameter.get("type", "text")).lower()
    if kind == "text":
        return str(parameter.get("text", ""))
    return str((parameter.get(kind) or {}).get("fallback_value", ""))
