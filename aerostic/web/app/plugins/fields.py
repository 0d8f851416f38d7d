"""A form from a plugin's settings model. Secrets are never shown: what is left empty stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from flask_babel import gettext as _
from pydantic import BaseModel, SecretStr, create_model
from pydantic.fields import FieldInfo

NUMBERS = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting as it is drawn.

    Args:
        kind: `switch`, `select`, `choices`, `number`, `secret` or `text`.
        options: of `select` and `choices`.
        required: a secret that the plugin cannot do without.
    """

    name: str
    title: str
    hint: str
    kind: str
    options: Sequence[tuple[str, str]] = ()
    required: bool = False


def fields_of(model: type[BaseModel]) -> list[SettingField]:
    """The settings of a model, in its order."""
    return [_field(name, info) for name, info in model.model_fields.items()]


def form_model(model: type[BaseModel]) -> type[BaseModel]:
    """The same model for forms, in which no secret has to be given again."""
    secrets = dict.fromkeys(secret_names(model), (SecretStr | None, None))
    return create_model(model.__name__, __base__=model, **secrets) if secrets else model  # type: ignore[call-overload]


def secret_names(model: type[BaseModel]) -> set[str]:
    """The settings that are secrets."""
    return {field.name for field in fields_of(model) if field.kind == "secret"}


def given_values(value: BaseModel, forget: Sequence[str]) -> dict[str, Any]:
    """What was sent, to be saved: secrets only where they were typed, or where they are to be forgotten."""
    secrets = secret_names(type(value))
    values = value.model_dump(mode="json", exclude=secrets)
    for name in secrets:
        secret: SecretStr | None = getattr(value, name)
        if secret is not None:
            values[name] = secret.get_secret_value()
        elif name in forget:
            values[name] = None
    return values


def _field(name: str, info: FieldInfo) -> SettingField:
    title = info.title or name.replace("_", " ").capitalize()
    # The translation of "" is the catalogue's header.
    hint = str(_(info.description)) if info.description else ""
    kind, options = _kind(info.annotation)
    return SettingField(name, str(_(title)), hint, kind, options, info.is_required())


def _kind(annotation: Any) -> tuple[str, Sequence[tuple[str, str]]]:
    parts = get_args(annotation) if get_origin(annotation) is Union or _is_union(annotation) else (annotation,)
    first = next((part for part in parts if part is not type(None)), str)
    origin = get_origin(first)
    if origin is Literal:
        return "select", [(str(choice), str(_(str(choice)))) for choice in get_args(first)]
    if origin in (list, set, frozenset, tuple):
        inner = get_args(first)[0]
        return "choices", [(str(choice), str(_(str(choice)))) for choice in get_args(inner)]
    kinds = {bool: "switch", SecretStr: "secret", **dict.fromkeys(NUMBERS, "number")}
    return kinds.get(first, "text"), ()


def _is_union(annotation: Any) -> bool:
    return type(annotation).__name__ == "UnionType"
