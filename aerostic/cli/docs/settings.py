"""The page of settings: the platform's, then those that plugins declare in their `settings.py`."""

import importlib
import importlib.util
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from aerostic.cli.docs.table import table
from aerostic.registry import Registry
from aerostic.settings import Settings

HEAD = """# Settings

The platform is set up by environment variables; a file `.env` in the working directory is read too. Nothing else is.

"""
COLUMNS = ("name", "kind", "default", "meaning")


def page(registry: Registry) -> str:
    """The whole page."""
    parts = [HEAD, "## The platform\n\n", table(COLUMNS, _rows(Settings))]
    for name, module in registry.modules.items():
        for model in _models(f"{module.__name__}.settings"):
            where = "environment" if issubclass(model, BaseSettings) else "stored, per tenant or account"
            parts.append(f"\n## {name}: {model.__name__}\n\n{_first_paragraph(model)} ({where})\n\n")
            parts.append(table(COLUMNS, _rows(model)))
    return "".join(parts)


def _models(module: str) -> list[type[BaseModel]]:
    if not importlib.util.find_spec(module):
        return []
    found = vars(importlib.import_module(module)).values()
    own = [value for value in found if isinstance(value, type) and value.__module__ == module]
    return [value for value in own if issubclass(value, BaseModel)]


def _first_paragraph(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").partition("\n\n")[0].split())


def _rows(model: type[BaseModel]) -> list[tuple[str, ...]]:
    prefix = str(model.model_config.get("env_prefix", "")) if issubclass(model, BaseSettings) else ""
    upper = issubclass(model, BaseSettings)
    rows: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        shown = field.alias or (f"{prefix}{name}".upper() if upper else name)
        rows.append((f"`{shown}`", _kind(field.annotation), _default(field), field.description or ""))
    return rows


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if "SecretStr" in str(annotation):
        return "secret"
    name = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return f"`{name.replace('pathlib.', '').replace('decimal.', '')}`"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value in (None, "", []) or isinstance(value, SecretStr):
        return ""
    return f"`{value}`"
