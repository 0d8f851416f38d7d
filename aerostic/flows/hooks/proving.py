"""How a caller proves that it knows a webhook's secret, in one of two ways that other systems have already.

A signature over the raw body, in the header that GitHub and Meta sign with, never sends the secret itself; systems that cannot
sign send it as a bearer token. Both are good for every webhook: who knows the secret chooses.
"""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256

SIGNATURE, PREFIX = "X-Hub-Signature-256", "sha256="
TOKEN, BEARER = "Authorization", "Bearer "


def genuine(headers: Mapping[str, str], body: bytes, secrets: Iterable[bytes]) -> bool:
    """Whether the caller knows one of the secrets. Takes as long whatever is wrong."""
    signed, given = headers.get(SIGNATURE, ""), headers.get(TOKEN, "")
    if signed:
        return _among(signed, (_signature(secret, body) for secret in secrets))
    return given.startswith(BEARER) and _among(given[len(BEARER) :].strip(), secrets)


def _among(claim: str, good: Iterable[bytes]) -> bool:
    given, found = claim.encode("utf-8", "replace"), False
    for one in good:
        found |= hmac.compare_digest(given, one)
    return found


def _signature(secret: bytes, body: bytes) -> bytes:
    return (PREFIX + hmac.digest(secret, body, sha256).hex()).encode()
