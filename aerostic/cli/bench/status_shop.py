"""A tenant with sent messages and their charges, the feed of statuses about them, and a look at the end."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.db import new_id, platform_scope, service_scope, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import ChannelAccount, ChannelNumber
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_json, seal_text
from aerostic.streams.intake import Intake
from aerostic.tenancy.models import Tenant, TenantPlugin

PRICE = Quote(25_000, "USD", "bench")
START = 1_790_000_000
STEPS = ("sent", "delivered", "read")
MESSAGES = text("""
    INSERT INTO message (id, tenant_id, number_id, source, idempotency_key, kind, content_sealed, state, attempt,
                         provider_id_sealed, provider_index, created_at, sending_at, accepted_at)
    SELECT u.id, :tenant, :number, 'bench', u.id::text, 'template', u.content, 'accepted', 1, u.provider_id, u.idx,
           to_timestamp(:start), to_timestamp(:start), to_timestamp(:start)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:contents AS bytea[]), CAST(:providers AS bytea[]), CAST(:indexes AS bytea[]))
         AS u (id, content, provider_id, idx)
""")
END = text("""
    SELECT m.state, m.status, m.error_code, m.sent_at, m.delivered_at, m.read_at, m.failed_at, c.state AS charge
    FROM message m JOIN charge c ON c.id = m.id WHERE m.tenant_id = :tenant ORDER BY m.id
""")
WALLET = text("SELECT balance FROM ledger_account WHERE tenant_id = :tenant AND purpose = 'wallet'")


@dataclass(frozen=True)
class StatusShop:
    """The tenant, its account, and its messages in the order of their ids."""

    tenant_id: UUID
    account_id: UUID
    ids: tuple[UUID, ...]

    def ordered(self) -> list[dict[str, Any]]:
        """Every status once, in its order: most messages are read, some fail, some fail and arrive after all."""
        feed = []
        for place, id_ in enumerate(self.ids):
            for second, status in enumerate(_path(place)):
                item: dict[str, Any] = {
                    "id": _wamid(id_),
                    "status": status,
                    "timestamp": str(START + 1 + place + second),
                }
                item |= {"recipient_id": "16505551234", "biz_opaque_callback_data": f"{id_.hex}.1"}
                item |= {"errors": [{"code": 131026}]} if status == "failed" else {}
                feed.append(item)
        return feed

    def shuffled(self, seed: int = 1) -> list[dict[str, Any]]:
        """The same feed with every fifth status doubled, in any order."""
        chance, feed = random.Random(seed), self.ordered()  # noqa: S311 - no secret
        feed += feed[::5]
        chance.shuffle(feed)
        return feed

    def append(self, intake: Intake, feed: list[dict[str, Any]]) -> None:
        """Put one webhook for each status into the stream."""
        for item in feed:
            value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "7"}, "statuses": [item]}
            body = orjson.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
            intake.append(Received(new_id(), self.tenant_id, self.account_id, "whatsapp", body).to_fields())

    def end(self) -> list[tuple[Any, ...]]:
        """What became of messages and charges, and what the wallet has."""
        with transaction(service_scope("statuses")) as session:
            rows = [tuple(row) for row in session.execute(END, {"tenant": self.tenant_id})]
            return [*rows, tuple(session.execute(WALLET, {"tenant": self.tenant_id}).one())]


def open_shop(count: int) -> StatusShop:
    """A new tenant with `count` accepted messages, each charged."""
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        session.add_all(TenantPlugin(tenant_id=tenant.id, plugin=name) for name in ("whatsapp", "pricing"))
    ids = tuple(sorted(new_id() for _ in range(count)))
    with transaction(tenant_scope(tenant.id)) as session:
        account = ChannelAccount(
            tenant_id=tenant.id, channel="whatsapp", name="Bench", external_id=str(tenant.id), endpoint=str(tenant.id),
            credentials={},
        )  # fmt: skip
        session.add(account)
        session.flush()
        number = ChannelNumber(tenant_id=tenant.id, account_id=account.id, external_id="7", display="7")
        session.add(number)
        session.flush()
        session.execute(MESSAGES, _columns(tenant.id, number.id, ids))
        credit(session, tenant.id, 10**13, "USD", key="bench", note="benchmark")
        hold_id = hold(session, tenant.id, "bench", PRICE.amount * count, PRICE.currency)
        open_charges(session, tenant.id, hold_id, [NewCharge(id_, "marketing", "US", PRICE) for id_ in ids])
    return StatusShop(tenant.id, account.id, ids)


def _columns(tenant: UUID, number: UUID, ids: tuple[UUID, ...]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "number": number,
        "start": START,
        "ids": list(ids),
        "contents": [seal_json(Place("message", "content", tenant, id_), {}) for id_ in ids],
        "providers": [seal_text(Place("message", "provider_id", tenant, id_), _wamid(id_)) for id_ in ids],
        "indexes": [blind_index(tenant, "message.provider_id", _wamid(id_)) for id_ in ids],
    }


def _wamid(id_: UUID) -> str:
    return f"wamid.{id_.hex}"


def _path(place: int) -> tuple[str, ...]:
    if place % 10 == 0:
        return ("sent", "failed")
    return ("sent", "failed", "delivered") if place % 10 == 1 else STEPS
