"""`aerostic keys new`: a root key for AEROSTIC_KEYS."""

import base64
import secrets

import click

from aerostic.security.derived import KEY_BYTES
from aerostic.security.roots import KEY_ID_BYTES


@click.group()
def keys() -> None:
    """Keys that encrypt personal data and secrets."""


@keys.command()
def new() -> None:
    """Print a new root key, as an entry of AEROSTIC_KEYS. Put it in front of the others: the first one wraps the data keys."""
    key_id = secrets.token_hex(KEY_ID_BYTES // 2)
    click.echo(f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")
