"""Validation of a template send against the template (templates/template-management, support/error-codes)."""

from typing import Any

from .errors import GraphError
from .rules import need, need_object
from .state import State, Template
from .template_shape import MEDIA_HEADERS, Shape, shape_of

_LONGEST_BODY = 1024
_REFUSED = {"PAUSED": 132015, "DISABLED": 132016}
_TEXTUAL = ("text", "currency", "date_time")


def check_template(state: State, waba_id: str, content: Any) -> Template:
    """Return the template of a send, or refuse: 132001, 132015, 132016 for the template, 132000 and on for values."""
    wanted = need_object(content, "template")
    template = _find(state, waba_id, wanted)
    shape = shape_of(template)
    given = _sort(wanted.get("components") or [])
    _check_header(shape, given["header"])
    _check_body(shape, given["body"])
    _check_buttons(shape, given["button"])
    return template


def _find(state: State, waba_id: str, wanted: dict[str, Any]) -> Template:
    name = need(wanted, "name")
    language = need(need_object(wanted.get("language"), "language"), "code")
    template = state.languages(waba_id, name).get(language)
    if template is None:
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template.status in _REFUSED:
        raise GraphError(_REFUSED[template.status])
    if template.status != "APPROVED":
        raise GraphError(132001, f"template name ({name}) in {language} is {template.status}")
    return template


def _sort(components: Any) -> dict[str, Any]:
    """Return the parameters of header and body and the button components; types in any case."""
    given: dict[str, Any] = {"header": [], "body": [], "button": []}
    if not isinstance(components, list):
        raise GraphError(132018, "components must be a list")
    for component in components:
        kind = str(need_object(component, "component").get("type", "")).lower()
        if kind == "button":
            given["button"].append(component)
        elif kind in given:
            given[kind] = component.get("parameters") or []
        elif kind not in ("footer", "limited_time_offer", "carousel", "buttons", "call_permission_request"):
            raise GraphError(132018, f"component type {kind!r} is unknown")
    return given


def _check_header(shape: Shape, parameters: list[dict[str, Any]]) -> None:
    if shape.header not in MEDIA_HEADERS:
        _check_count("header", shape.header_variables, parameters)
        return
    received = str(parameters[0].get("type", "")).lower() if parameters else "unknown"
    if received != shape.header:
        raise GraphError(132012, f"header: Format mismatch, expected {shape.header}, received {received}")
    media = need_object(parameters[0].get(received), received)
    if received != "location" and not media.get("id") and not media.get("link"):
        raise GraphError(131008, f"header: {received} needs 'id' or 'link'")


def _check_body(shape: Shape, parameters: list[dict[str, Any]]) -> None:
    _check_count("body", shape.body_variables, parameters)
    length = shape.body_length
    for parameter in parameters:
        length += len(_value(shape, "body", parameter))
    if shape.named:
        names = [parameter.get("parameter_name") for parameter in parameters]
        if sorted(map(str, names)) != sorted(shape.body_variables):
            raise GraphError(132012, "body: Parameter name is missing or does not match the template")
    if length > _LONGEST_BODY:
        raise GraphError(132005, f"body: {length} characters, at most {_LONGEST_BODY} are allowed")


def _check_count(part: str, variables: list[str], parameters: Any) -> None:
    if not isinstance(parameters, list):
        raise GraphError(132018, f"{part}: parameters must be a list")
    if len(parameters) != len(variables):
        raise GraphError(132000, f"{part}: number of localizable_params ({len(parameters)}) does not match the "
                                 f"expected number of params ({len(variables)})")  # fmt: skip


def _value(shape: Shape, part: str, parameter: dict[str, Any]) -> str:
    kind = str(need_object(parameter, "parameter").get("type", "")).lower()
    if kind not in _TEXTUAL:
        raise GraphError(132012, f"{part}: Format mismatch, expected TEXT, received {kind.upper() or 'UNKNOWN'}")
    value = parameter.get("text") if kind == "text" else (parameter.get(kind) or {}).get("fallback_value")
    if not isinstance(value, str) or not value:
        raise GraphError(131008, f"{part}: Parameter of type text is missing text value")
    if "\n" in value or "\t" in value or "     " in value:
        raise GraphError(132018, f"{part}: Param text cannot have new-line/tab characters or more than 4 "
                                 "consecutive spaces")  # fmt: skip
    return value


def _check_buttons(shape: Shape, components: list[dict[str, Any]]) -> None:
    given: dict[int, dict[str, Any]] = {}
    for component in components:
        given[_index(component)] = component
    for index, component in given.items():
        kind = str(component.get("sub_type", "")).lower()
        if shape.kinds.get(index) not in (kind, "catalog", "mpm", "voice_call"):
            raise GraphError(132018, f"buttons: there is no {kind or 'untyped'} button at index {index}")
    for index, wanted in shape.buttons.items():
        _check_button(index, wanted, given.get(index))


def _check_button(index: int, wanted: str, component: dict[str, Any] | None) -> None:
    if component is None:
        raise GraphError(131008, f"buttons: Button at index {index} requires a parameter")
    parameters = component.get("parameters") or []
    if len(parameters) != 1:
        raise GraphError(132000, f"buttons: Button at index {index} takes one parameter, got {len(parameters)}")
    if not parameters[0].get(wanted):
        raise GraphError(132012, f"buttons: Button at index {index} expects {wanted}")


def _index(component: dict[str, Any]) -> int:
    try:
        return int(component.get("index", 0))
    except (TypeError, ValueError):
        raise GraphError(132018, "buttons: index must be a number") from None
