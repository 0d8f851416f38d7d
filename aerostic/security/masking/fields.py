"""Masking of structured events, before anything renders them: by the names of keys, whatever the value looks like."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretBytes, SecretStr

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget
from aerostic.security.masking.names import Kind, kind_of
from aerostic.security.masking.pairs import mask_value
from aerostic.security.masking.text import CHECKS, mask

DEPTH = 8
PHONE_DIGITS = 10**7


def mask_fields(event: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `event` in which what a key's name declares secret or personal is replaced, at any depth.

    Texts under other names are left for `mask()`, which sees the rendered line; numbers that look like a phone are replaced
    here, so that a JSON line stays JSON.
    """
    return {key: _field(str(key), value, DEPTH) for key, value in event.items()}


def _field(name: str, value: Any, depth: int) -> Any:
    if isinstance(value, (SecretStr, SecretBytes)):
        return pseudonyms.SECRET
    if isinstance(value, Mapping):
        return _container(value, depth)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_field(name, item, depth - 1) for item in value] if depth else pseudonyms.PERSONAL
    if value is None or isinstance(value, bool):
        return value
    return _leaf(name, value)


def _container(value: Mapping[Any, Any], depth: int) -> Any:
    if not depth:
        return pseudonyms.PERSONAL
    return {key: _field(str(key), item, depth - 1) for key, item in value.items()}


def _leaf(name: str, value: Any) -> Any:
    kind = kind_of(name)
    if kind in (Kind.UNKNOWN, Kind.PLAIN):
        if isinstance(value, int) and abs(value) >= PHONE_DIGITS:
            masked = mask(f"{name}={value}").partition("=")[2]
            return value if masked == str(value) else masked
        return value
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    masked = mask_value(kind, text, Budget(CHECKS))
    return value if masked == text else masked
