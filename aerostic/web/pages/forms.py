"""Forms: what was sent, held to a pydantic model, with a message for every field that is wrong and nothing typed lost.

form = Form(Details, request.form if request.method == "POST" else None, initial={"name": row.name})
if form.valid:
    save(form.value)
    return redirect(...)
return render("app/things/form.html", form=form), form.status
"""

import types
from collections.abc import Mapping
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from aerostic.words import N_

M = TypeVar("M", bound=BaseModel)
# What pydantic says, in words for people; `{...}` comes from the error's context.
WORDS = {
    "missing": N_("This is needed. Fill it in."),
    "string_too_short": N_("This is too short: at least {min_length} characters."),
    "string_too_long": N_("This is too long: at most {max_length} characters."),
    "string_pattern_mismatch": N_("This does not have the right form. Check it."),
    "int_parsing": N_("Enter a whole number."),
    "int_from_float": N_("Enter a whole number."),
    "float_parsing": N_("Enter a number."),
    "decimal_parsing": N_("Enter a number."),
    "decimal_max_places": N_("Enter at most {decimal_places} digits after the point."),
    "finite_number": N_("Enter a number."),
    "bool_parsing": N_("Choose yes or no."),
    "greater_than": N_("Enter more than {gt}."),
    "greater_than_equal": N_("Enter {ge} or more."),
    "less_than": N_("Enter less than {lt}."),
    "less_than_equal": N_("Enter {le} or less."),
    "literal_error": N_("Choose one of those that are offered."),
    "enum": N_("Choose one of those that are offered."),
    "uuid_parsing": N_("Choose one of those that are offered."),
    "date_from_datetime_parsing": N_("Enter a date."),
    "datetime_parsing": N_("Enter a date and a time."),
    "datetime_from_date_parsing": N_("Enter a date and a time."),
    "too_long": N_("These are too many: at most {max_length}."),
    "too_short": N_("Choose at least {min_length}."),
}
OTHERWISE = N_("This is not right. Check it.")


class Form(Generic[M]):
    """One form on one page.

    Args:
        model: what a right answer looks like. A ValueError of a validator is shown as it is (translate it there).
        data: what was sent; None when the form is only shown.
        initial: values to start with, by field.
    """

    def __init__(
        self,
        model: type[M],
        data: "MultiDict[str, str] | None" = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.errors: dict[str, str] = {}
        # No column can hold a NUL, and no keyboard types one.
        data = (
            MultiDict((name, text.replace("\0", "")) for name, text in data.items(multi=True))
            if data is not None
            else None
        )
        self.sent = data is not None
        self._data = data
        self._initial = dict(initial or {})
        self._value: M | None = None
        if data is not None:
            self._check(data)

    @property
    def valid(self) -> bool:
        """Whether something was sent, and nothing of it is wrong."""
        return self.sent and not self.errors

    @property
    def status(self) -> int:
        """The answer's status when the form is shown: 422 where something was wrong."""
        return 422 if self.errors else 200

    @property
    def value(self) -> M:
        """What was sent, as the model.

        Raises:
            ValueError: it is not valid.
        """
        if self._value is None or self.errors:
            raise ValueError("the form is not valid")
        return self._value

    def fail(self, field: str, message: str) -> None:
        """Say what is wrong with a field; '' for the form as a whole."""
        self.errors.setdefault(field, message)

    def shown(self, field: str) -> Any:
        """What stands in a field: what was typed, else what it starts with."""
        info = self.model.model_fields.get(field)
        if self._data is not None:
            if _is_many(info):
                return self._data.getlist(field)
            if _is_bool(info):
                return field in self._data
            return self._data.get(field, "")
        if field in self._initial:
            return self._initial[field]
        default = info.get_default(call_default_factory=True) if info and not info.is_required() else None
        return "" if default is None else default

    def required(self, field: str) -> bool:
        """Whether the form needs this field."""
        info = self.model.model_fields.get(field)
        return bool(info and info.is_required())

    def _check(self, data: "MultiDict[str, str]") -> None:
        try:
            self._value = self.model.model_validate(_values(self.model, data))
        except ValidationError as error:
            for detail in error.errors():
                place = detail["loc"]
                self.errors.setdefault(str(place[0]) if place else "", message(detail))


def message(detail: ErrorDetails) -> str:
    """One of pydantic's errors, in words for people."""
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    words = WORDS.get(detail["type"])
    return str(_(words)).format(**detail.get("ctx", {})) if words else str(_(OTHERWISE))


def _values(model: type[BaseModel], data: "MultiDict[str, str]") -> dict[str, Any]:
    """What a browser sent, in the shape of the model: nothing typed is nothing given, a box not ticked is no."""
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if _is_many(info):
            values[name] = [item for item in data.getlist(name) if item]
        elif _is_bool(info):
            values[name] = name in data
        elif text := data.get(name, "").strip():
            values[name] = text
        elif name in data and not info.is_required() and isinstance(info.default, str):
            values[name] = ""
    return values


def _kinds(info: FieldInfo | None) -> tuple[Any, ...]:
    annotation = info.annotation if info else None
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(get_origin(part) or part for part in get_args(annotation))
    return (get_origin(annotation) or annotation,)


def _is_many(info: FieldInfo | None) -> bool:
    return any(kind in (list, set, tuple, frozenset) for kind in _kinds(info))


def _is_bool(info: FieldInfo | None) -> bool:
    return bool in _kinds(info)
