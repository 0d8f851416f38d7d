"""Small checks that every validation is made of."""

from typing import Any

from .errors import GraphError, NotFound


def need(values: dict[str, Any], name: str) -> Any:
    """Return a value, or refuse with 131008 when it is absent."""
    value = values.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"Parameter '{name}' is required.")
    return value


def need_object(value: Any, name: str) -> dict[str, Any]:
    """Return an object, or refuse: 131008 when absent, 131009 when it is something else."""
    if value is None:
        raise GraphError(131008, f"Parameter '{name}' is required.")
    if not isinstance(value, dict):
        raise GraphError(131009, f"Parameter '{name}' must be an object.")
    return value


def need_list(value: Any, name: str, most: int) -> list[Any]:
    """Return a list of one to `most` entries, or refuse: 131008 when absent or empty, 131009 when too long."""
    if not value or not isinstance(value, list):
        raise GraphError(131008, f"Parameter '{name}' needs at least one entry.")
    if len(value) > most:
        raise GraphError(131009, f"Parameter '{name}' takes at most {most} entries.")
    return value


def need_text(values: dict[str, Any], name: str, longest: int) -> str:
    """Return a text of one to `longest` characters, or refuse."""
    value = need(values, name)
    if not isinstance(value, str):
        raise GraphError(131009, f"Parameter '{name}' must be a text.")
    if len(value) > longest:
        raise GraphError(131009, f"Parameter '{name}' is longer than {longest} characters.")
    return value


def unique(values: list[str], name: str) -> None:
    """Refuse with 131009 when a value comes twice."""
    if len(set(values)) != len(values):
        raise GraphError(131009, f"Parameter '{name}' must be unique.")


def known(table: dict[str, Any], key: str) -> Any:
    """Return what a table holds under a key, or tell the caller of the control API that there is none."""
    if key not in table:
        raise NotFound(key)
    return table[key]
