"""`aerostic keys new`: a root key for AEROSTIC_KEYS."""

import base64
import secrets

import click

from aerostic.security.keyring import KEY_BYTES, KEY_ID_BYTES


@click.group()
def keys() -> None:
    """Keys that encrypt personal data and secrets."""


@keys.command()
def new() -> None:
    """Print a new key, as an entry of AEROSTIC_KEYS. Put it in front of the others: the first one encrypts."""
    key_id = secrets.token_hex(KEY_ID_BYTES // 2)
    click.echo(f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")
