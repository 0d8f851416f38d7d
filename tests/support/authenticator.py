"""An authenticator in software: makes a passkey for a host and signs with it, as WebAuthn Level 3 says it is done."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """A device with one passkey.

    Args:
        host, origin: of the pages that it believes to be on.
    """

    def __init__(self, host: str = "app.localhost", origin: str = "http://app.localhost:8800") -> None:
        self.host, self.origin = host, origin
        self.id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def create(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED) -> str:
        """The answer to the options for a new passkey."""
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        said = {"attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._answer({"clientDataJSON": _text(self._client("webauthn.create", options)), **said})

    def get(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED) -> str:
        """The answer to the options for signing in."""
        self.count += 1
        data, client = self._data(flags), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({name: _text(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes((flags,)) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = _text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
