"""A shop that has sent messages: its rows, its money, and webhooks for it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.db import new_id, service_scope, tenant_scope, transaction
from aerostic.ledger import hold
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Message
from aerostic.security.vault import blind_index
from aerostic.streams.intake import Entry
from tests.core.ledger.books import Books
from tests.support.factories import make_account, make_contact, make_number

PRICE = 37
NOON = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
ROWS = text("SELECT * FROM message WHERE tenant_id = :tenant ORDER BY id")
EVENTS = text("SELECT type, data FROM outbox WHERE tenant_id = %s ORDER BY position")


@dataclass(frozen=True)
class Shop:
    """One tenant, one account, one number."""

    tenant_id: UUID
    account: ChannelAccount
    number: ChannelNumber
    books: Books

    @classmethod
    def open(cls) -> "Shop":
        """A shop with money and a number."""
        books = Books.with_credit(100_000)
        account = make_account(books.tenant_id, external_id=f"{new_id().int % 10**15}")
        number = make_number(
            books.tenant_id, account, external_id=f"{new_id().int % 10**15}", display="+1 555 078 3881"
        )
        return cls(books.tenant_id, account, number, books)

    def send(self, count: int = 1, *, state: str = "accepted", charged: bool = True) -> list[UUID]:
        """Messages that have left, each with a charge; accepted ones have the provider id `wamid.<hex>`."""
        contact = make_contact(self.tenant_id)
        ids = [new_id() for _ in range(count)]
        with transaction(tenant_scope(self.tenant_id)) as session:
            session.add_all(self._message(id_, contact.id, state) for id_ in ids)
            if charged:
                hold_id = hold(session, self.tenant_id, str(ids[0]), count * PRICE, "USD")
                price = Quote(PRICE, "USD", "tests")
                open_charges(session, self.tenant_id, hold_id, [NewCharge(i, "marketing", "US", price) for i in ids])
        return ids

    def _message(self, id_: UUID, contact_id: UUID, state: str) -> Message:
        message = Message(
            id=id_, tenant_id=self.tenant_id, number_id=self.number.id, contact_id=contact_id, source="campaigns",
            idempotency_key=str(id_), kind="template", content={}, state=state, attempt=1,
        )  # fmt: skip
        if state == "accepted":
            message.provider_id = f"wamid.{id_.hex}"
            message.provider_index = blind_index(self.tenant_id, "message.provider_id", f"wamid.{id_.hex}")
        return message

    def status(self, id_: UUID, status: str, *, at: int = 0, callback: bool = True, **values: Any) -> dict[str, Any]:
        """A status item about a message."""
        item = {"id": f"wamid.{id_.hex}", "status": status, "timestamp": str(NOON + at), **values}
        if callback:
            item["biz_opaque_callback_data"] = f"{id_.hex}.1"
        if status == "failed":
            item.setdefault("errors", [{"code": 131026}])
        return item

    def said(
        self, words: str, *, id_: str = "", phone: str = "16505551234", at: int = 0, **values: Any
    ) -> dict[str, Any]:
        """A message item."""
        return {
            "from": phone, "id": id_ or f"wamid.in.{new_id()}", "timestamp": str(NOON + at), "type": "text",
            "text": {"body": words}, **values,
        }  # fmt: skip

    def value(self, **parts: Any) -> dict[str, Any]:
        """The value of a `messages` change."""
        return {"messaging_product": "whatsapp", "metadata": {"phone_number_id": self.number.external_id}, **parts}

    def body(self, *values: dict[str, Any], field: str = "messages") -> bytes:
        """A webhook."""
        changes = [{"field": field, "value": value} for value in values]
        return orjson.dumps({"entry": [{"id": self.account.external_id, "time": NOON, "changes": changes}]})

    def entry(self, body: bytes) -> Entry:
        """A webhook as the stream has it."""
        received = Received(new_id(), self.tenant_id, self.account.id, "whatsapp", body)
        return new_id().hex.encode(), received.to_fields()

    def entries(self, *items: dict[str, Any], name: str = "statuses") -> list[Entry]:
        """One webhook for each item."""
        return [self.entry(self.body(self.value(**{name: [item]}))) for item in items]

    def rows(self) -> list[dict[str, Any]]:
        """The shop's messages, without what is sealed anew each time."""
        with transaction(service_scope("statuses")) as session:
            found = session.execute(ROWS, {"tenant": self.tenant_id}).mappings()
            return [{name: value for name, value in row.items() if not name.endswith("_sealed")} for row in found]

    def money(self) -> dict[str, int]:
        """What the wallet holds, and what is set aside."""
        balances = self.books.balances()
        return {"wallet": balances["wallet"], "held": balances["held"]}
