"""Secrets of an installation that runs on embedded servers: made once, kept in `var/secrets.json`, for its owner only."""

import base64
import json
import os
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


def _password() -> str:
    return secrets.token_urlsafe(24)


def _key() -> str:
    return "k001:" + base64.b64encode(secrets.token_bytes(32)).decode()


class Secrets(BaseModel):
    """Passwords of the private servers, and the keys the application needs when none are given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    postgres_admin: str = Field(default_factory=_password, repr=False)
    postgres_owner: str = Field(default_factory=_password, repr=False)
    postgres_app: str = Field(default_factory=_password, repr=False)
    valkey: str = Field(default_factory=_password, repr=False)
    keys: str = Field(default_factory=_key, repr=False)
    secret_key: str = Field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)


def load_secrets(var: Path) -> Secrets:
    """The secrets kept under `var`, made on the first call.

    Raises:
        pydantic.ValidationError: the file is there but is not ours. It is never overwritten: it holds encryption keys.
    """
    var.mkdir(parents=True, exist_ok=True)
    path = var / "secrets.json"
    if not path.exists():
        write_private(path, Secrets().model_dump())
    return Secrets.model_validate_json(path.read_bytes())


def write_private(path: Path, value: object) -> None:
    """Write JSON that only its owner may read; readers see the old file or the new one, never a part."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
