"""Events on their way: signed over the time and the raw bytes (docs: webhooks/signature), sent again until they are taken."""

import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
from typing import Any

import requests
import stripe

SECONDS = 10
PAUSE_SECONDS = 1.0
TRIES = 60


def sign(body: bytes, secret: str, at: int) -> str:
    """The header `Stripe-Signature` of a body at a time in seconds."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Postman:
    """Sends events in their order, from a thread of its own. What was sent is kept in `sent`: type, body, headers.

    Args:
        address: where to; '' for nowhere.
        secret: that they are signed with.
    """

    def __init__(self, address: str, secret: str) -> None:
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        self._address, self._secret = address, secret
        self._waiting: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="stripe events", daemon=True)
        self._thread.start()

    def post(self, kind: str, about: dict[str, Any]) -> None:
        """Send an event of a type about an object."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": stripe.api_version,
            "created": int(time.time()),
            "type": kind,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": about},
        }
        self._waiting.put((kind, json.dumps(event, indent=2).encode()))

    def settle(self) -> None:
        """Wait until everything has been sent."""
        self._waiting.join()

    def close(self) -> None:
        """Stop sending."""
        self._ended.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            kind, body = item
            self.sent.append((kind, body, self._headers(body)))
            if self._address:
                self._deliver(body)
            self._waiting.task_done()

    def _deliver(self, body: bytes) -> None:
        for _ in range(TRIES):
            try:
                status = requests.post(
                    self._address, data=body, headers=self._headers(body), timeout=SECONDS
                ).status_code
            except requests.RequestException:
                status = 0
            if 200 <= status < 300 or self._ended.wait(PAUSE_SECONDS):
                return

    def _headers(self, body: bytes) -> dict[str, str]:
        signature = sign(body, self._secret, int(time.time()))
        return {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
