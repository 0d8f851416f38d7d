"""Recognising the API key that a program comes with."""

import hashlib
import hmac
import re
from datetime import timedelta

from sqlalchemy import select

from aerostic.db import service_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import digest_of
from aerostic.security.addresses import coarse, is_within
from aerostic.security.logs import get_logger
from aerostic.words import N_

log = get_logger(__name__)
FORM = re.compile(r"ak_([0-9a-f]{12})_([\w-]{43})", re.ASCII)
NOTED_EVERY = timedelta(minutes=1)
SERVICE = service_scope("keys")
# Compared with where there is no such key, so that all refusals do the same work.
NOTHING = bytes(hashlib.sha256().digest_size)
UNKNOWN = N_("There is no such API key. Copy it anew, or make one in the settings of the workspace.")
REVOKED = N_("This API key was revoked. Use another one.")
EXPIRED = N_("This API key has expired. Make a new one in the settings of the workspace.")
ROTATED = N_("This API key has a new secret, and the time of this one is over. Use the new one.")
ELSEWHERE = N_(
    "This API key is not allowed from your address. Send from one that is, or add yours to the key in the settings of"
    " the workspace."
)


class KeyRefusedError(Exception):
    """The key lets nobody in; says why, and what to do."""


class KeyElsewhereError(KeyRefusedError):
    """The key is good, but not from there."""


def recognise(text: str, address: str = "") -> ApiKey:
    """The key that a program shows, and note that it is used.

    Args:
        address: where the program is; '' where that is not known, and then a key with allowed networks is not good.

    Raises:
        KeyRefusedError: it is unknown, revoked, expired, or has had a new secret for too long.
        KeyElsewhereError: it is not allowed from this address.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise KeyRefusedError(UNKNOWN)
    prefix, digest = found[1], digest_of(found[2])
    with transaction(SERVICE) as session:
        row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
        present = hmac.compare_digest(row.digest if row else NOTHING, digest)
        before = hmac.compare_digest((row and row.old_digest) or NOTHING, digest)
        if row is None or not (present or before):
            raise KeyRefusedError(UNKNOWN)
        if trouble := _trouble(row, present):
            raise KeyRefusedError(trouble)
        if row.allowed and not is_within(address, row.allowed):
            log.warning("API key refused: its address is not allowed", key=str(row.id), network=coarse(address))
            raise KeyElsewhereError(ELSEWHERE)
        _note(row, address)
        return row


def _trouble(row: ApiKey, present: bool) -> str:
    """Why a key is good no more; '' for one that is."""
    now = utcnow()
    if row.revoked_at:
        return REVOKED
    if row.expires_at and row.expires_at <= now:
        return EXPIRED
    over = not present and (row.old_until is None or row.old_until <= now)
    return ROTATED if over else ""


def _note(row: ApiKey, address: str) -> None:
    now = utcnow()
    if row.last_used_at is None or row.last_used_at <= now - NOTED_EVERY:
        row.last_used_at, row.network = now, coarse(address)
