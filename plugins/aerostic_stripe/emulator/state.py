"""What the stand-in knows: checkout sessions with their charges, and what happens to them."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import current_app

Thing = dict[str, Any]
KEY = "aerostic_stripe"
DAY = 24 * 3600


class StateError(ValueError):
    """What cannot be done with a session or a charge as it is."""


class State:
    """Sessions and charges by id, safe between threads. Each change posts the events that Stripe would.

    Args:
        post: sends an event of a type about an object.
        public: the address of the payment page in a browser.
    """

    def __init__(self, post: Callable[[str, Thing], None], public: str) -> None:
        self.public = public
        self.sessions: dict[str, Thing] = {}
        self.charges: dict[str, Thing] = {}
        self.lock = threading.RLock()
        self._post = post

    def open(self, wanted: Thing) -> Thing:
        """A new session for what was asked for."""
        price = wanted["line_items"][0]["price_data"]
        quantity = int(wanted["line_items"][0].get("quantity", 1))
        id_, now = f"cs_test_{secrets.token_hex(24)}", int(time.time())
        session = {
            "id": id_,
            "object": "checkout.session",
            "livemode": False,
            "mode": wanted["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "amount_subtotal": price["unit_amount"] * quantity,
            "amount_total": price["unit_amount"] * quantity,
            "currency": price["currency"],
            "client_reference_id": wanted.get("client_reference_id"),
            "metadata": wanted.get("metadata", {}),
            "payment_intent": None,
            "locale": wanted.get("locale"),
            "success_url": wanted["success_url"],
            "cancel_url": wanted.get("cancel_url"),
            "created": now,
            "expires_at": now + DAY,
            "url": f"{self.public}/c/pay/{id_}",
        }
        with self.lock:
            # What is not part of the session, but of what it leads to.
            hidden = {
                "title": price["product_data"]["name"],
                "intent_metadata": wanted.get("payment_intent_data", {}).get("metadata", {}),
            }
            self.sessions[id_] = session | {"_": hidden}
        return session

    def pay(self, id_: str) -> None:
        """The payer has paid by card."""
        with self.lock:
            session = self._open(id_)
            self._complete(session)
            self._charge(session)
            self._tell("checkout.session.completed", session)

    def pay_later(self, id_: str) -> None:
        """The payer has chosen a way whose money comes later, such as a bank debit."""
        with self.lock:
            session = self._open(id_)
            self._complete(session)
            self._tell("checkout.session.completed", session)

    def arrive(self, id_: str, *, good: bool) -> None:
        """The money of a later way has come, or will not."""
        with self.lock:
            session = self.sessions[id_]
            if (session["status"], session["payment_status"]) != ("complete", "unpaid"):
                raise StateError("this session waits for no money")
            if good:
                self._charge(session)
            self._tell(f"checkout.session.async_payment_{'succeeded' if good else 'failed'}", session)

    def expire(self, id_: str) -> Thing:
        """Nobody has paid in time."""
        with self.lock:
            session = self._open(id_)
            session["status"], session["url"] = "expired", None
            self._tell("checkout.session.expired", session)
            return shown(session)

    def refund(self, intent: str, amount: int | None = None) -> Thing:
        """Give the payer back so many units, or all that is left."""
        with self.lock:
            charge = next((one for one in self.charges.values() if one["payment_intent"] == intent), None)
            if charge is None:
                raise StateError("there is no such payment")
            left = charge["amount"] - charge["amount_refunded"]
            amount = left if amount is None else amount
            if not 0 < amount <= left:
                raise StateError("more than is left to refund")
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self._post("charge.refunded", dict(charge))
            return {
                "id": f"re_{secrets.token_hex(12)}",
                "object": "refund",
                "amount": amount,
                "currency": charge["currency"],
                "charge": charge["id"],
                "payment_intent": intent,
                "status": "succeeded",
            }

    def _open(self, id_: str) -> Thing:
        session = self.sessions[id_]
        if session["status"] != "open":
            raise StateError(f"this session is {session['status']}")
        return session

    def _complete(self, session: Thing) -> None:
        session["status"], session["url"] = "complete", None
        session["payment_intent"] = f"pi_{secrets.token_hex(12)}"

    def _charge(self, session: Thing) -> None:
        session["payment_status"] = "paid"
        charge = {
            "id": f"ch_{secrets.token_hex(12)}",
            "object": "charge",
            "amount": session["amount_total"],
            "amount_refunded": 0,
            "refunded": False,
            "currency": session["currency"],
            "payment_intent": session["payment_intent"],
            "metadata": session["_"]["intent_metadata"],
            "created": int(time.time()),
        }
        self.charges[charge["id"]] = charge

    def _tell(self, kind: str, session: Thing) -> None:
        self._post(kind, shown(session))


def shown(session: Thing) -> Thing:
    """A session as the API shows it."""
    return {name: value for name, value in session.items() if name != "_"}


def current() -> State:
    """The state of the stand-in that answers."""
    found: State = current_app.extensions[KEY]
    return found
