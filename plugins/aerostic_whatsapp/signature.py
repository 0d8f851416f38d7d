"""Whether a webhook is from the provider: its verification request and its signature (webhooks/create-webhook-endpoint)."""

import hashlib
import hmac
from collections.abc import Mapping

from aerostic_whatsapp.settings import secret

HEADER = "X-Hub-Signature-256"
PREFIX = "sha256="


def verify(headers: Mapping[str, str], body: bytes, credentials: Mapping[str, str]) -> bool:
    """Check the HMAC-SHA256 over the raw bytes, in constant time. Without an app secret nothing is genuine."""
    key, given = secret(credentials, "app_secret"), headers.get(HEADER) or ""
    if not key or not given.startswith(PREFIX):
        return False
    expected = hmac.digest(key.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), given[len(PREFIX) :].encode())


def challenge(query: Mapping[str, str], credentials: Mapping[str, str]) -> str | None:
    """The text to answer a verification request with, unchanged; None when its token is not ours."""
    token, given = secret(credentials, "verify_token"), query.get("hub.verify_token") or ""
    if not token or query.get("hub.mode") != "subscribe":
        return None
    if not hmac.compare_digest(token.encode(), given.encode()):
        return None
    return query.get("hub.challenge") or None
