"""A contact and a number that talk: what was said, without a provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.ledger import credit
from aerostic.messaging.contract import InboundMessage
from aerostic.messaging.conversations import thread
from aerostic.messaging.conversations.replying import Answer
from aerostic.messaging.conversations.thread import Entry
from aerostic.messaging.inbound.messages import Arrival, apply_messages
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Contact, Conversation, Message
from aerostic.security.vault import blind_index
from aerostic.tenancy.models import Member
from tests.support.factories import TESTS, make_account, make_contact, make_number, make_tenant

PHONE = "+16505551234"


@dataclass
class Talk:
    """One tenant, one number, one contact, and one of the tenant's people."""

    tenant_id: UUID
    account: ChannelAccount
    number: ChannelNumber
    contact: Contact
    user_id: UUID

    @classmethod
    def begin(cls, *, money: int = 100_000_000, **contact: Any) -> "Talk":
        """They have not said anything yet."""
        tenant = make_tenant()
        account = make_account(tenant.id)
        if money:
            with transaction(tenant_scope(tenant.id)) as session:
                credit(session, tenant.id, money, "USD", key="start", note="test")
        with transaction(TESTS) as session:
            user = create_user(session, email=f"{new_id()}@shop.example", name="Ann", password="long enough here")
            session.add(Member(tenant_id=tenant.id, user_id=user.id, role="agent"))
        contact_row = make_contact(tenant.id, PHONE, **contact)
        return cls(tenant.id, account, make_number(tenant.id, account), contact_row, user.id)

    def scope(self) -> Any:
        """A transaction of the tenant."""
        return transaction(tenant_scope(self.tenant_id))

    def hear(
        self, content: dict[str, Any] | str, *, ago: timedelta = timedelta(), reply_to: str = "", id_: str = ""
    ) -> str:
        """The contact says something. Returns the provider's id of it."""
        if isinstance(content, str):
            content = {"type": "text", "text": {"body": content}}
        provider_id = id_ or f"wamid.{new_id().hex}"
        item = InboundMessage(
            number=self.number.external_id, provider_id=provider_id, phone=PHONE, user_id=None, username="", name="Ada",
            time=utcnow() - ago, kind=str(content["type"]), content=content, reply_to=reply_to,
        )  # fmt: skip
        with self.scope() as session:
            apply_messages(session, self.tenant_id, [Arrival(self.number.id, item)])
        return provider_id

    def send(self, content: dict[str, Any], *, ago: timedelta = timedelta(), **values: Any) -> UUID:
        """Something of ours that has left, outside of the conversation."""
        at, id_ = utcnow() - ago, new_id()
        defaults: dict[str, Any] = {
            "number_id": self.number.id, "contact_id": self.contact.id, "source": "campaigns",
            "idempotency_key": str(id_), "kind": content["type"], "state": "accepted", "status": "sent",
            "created_at": at, "sending_at": at, "accepted_at": at,
        }  # fmt: skip
        with self.scope() as session:
            message = Message(id=id_, tenant_id=self.tenant_id, **{**defaults, **values})
            message.content = {"to": PHONE, "user_id": None, "content": content}
            message.provider_id = f"wamid.{id_.hex}"
            message.provider_index = blind_index(self.tenant_id, "message.provider_id", f"wamid.{id_.hex}")
            session.add(message)
        return id_

    def conversation(self, session: Session) -> Conversation:
        """The conversation."""
        return session.query(Conversation).filter_by(number_id=self.number.id, contact_id=self.contact.id).one()

    @property
    def id(self) -> UUID:
        """Its id."""
        with self.scope() as session:
            return self.conversation(session).id

    def answer(self, key: UUID | None = None) -> Answer:
        """An answer of Ann's."""
        return Answer(self.tenant_id, self.id, self.user_id, key or new_id())

    def entries(self) -> list[Entry]:
        """The conversation, the oldest message first."""
        with self.scope() as session:
            return thread.read(session, self.conversation(session)).entries

    def close_window(self, at: datetime | None = None) -> None:
        """A day goes by."""
        with self.scope() as session:
            self.conversation(session).window_until = at or utcnow() - timedelta(seconds=1)
