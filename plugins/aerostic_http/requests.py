"""Putting a request together: address, headers and body in one place each, and what the secret does to them."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aerostic.sdk.flows import CHAIN_HEADER, Context, signed_chain

from .configs import Asking, Pair

MIMES = {"json": "application/json", "fields": "application/json", "text": "text/plain; charset=utf-8"}
MIMES |= {"form": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A header with a secret. `hidden` are the texts that may stand nowhere that is kept."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, config: Asking, value: str) -> "Credentials":
        """As the configuration wants the secret to be sent."""
        if config.auth == "basic":
            token = base64.b64encode(f"{config.user}:{value}".encode()).decode()
            return cls({"Authorization": f"Basic {token}"}, (token, value))
        name, text = ("Authorization", f"Bearer {value}") if config.auth == "bearer" else (config.auth_header, value)
        return cls({name: text}, (value,))


def address(config: Asking) -> str:
    """With the query behind what stands in the address already."""
    parts = urlsplit(config.url)
    query = "&".join(filter(None, (parts.query, _encoded(config.query))))
    return urlunsplit(parts._replace(query=query, fragment=""))


def headers(context: Context, config: Asking, credentials: Credentials) -> dict[str, str]:
    """All that are sent, each once: what the configuration says goes before what is usual, and the secret before all."""
    usual = {"Accept": "application/json", "Idempotency-Key": context.key}
    if config.body in MIMES:
        usual["Content-Type"] = MIMES[config.body]
    found: dict[str, tuple[str, str]] = {}
    for name, value in (*usual.items(), *config.headers.items(), *credentials.headers.items()):
        found[name.strip().lower()] = (name, value)
    # Ours is the only one: what flows set each other off over HTTP is counted by it.
    found[CHAIN_HEADER.lower()] = (CHAIN_HEADER, signed_chain(context.chain))
    return dict(found.values())


def body(config: Asking) -> bytes:
    """As its kind wants it."""
    if config.body == "fields":
        return json.dumps({pair.name: pair.value for pair in config.body_fields}, default=str).encode()
    if config.body == "form":
        return _encoded(config.body_fields).encode()
    return {"json": config.body_json, "text": config.body_text}.get(config.body, "").encode()


def _encoded(pairs: list[Pair]) -> str:
    return urlencode([(pair.name, _text(pair.value)) for pair in pairs])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
