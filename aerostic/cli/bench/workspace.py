"""A tenant for benchmarks: with money, an account at the emulator, numbers, and batches of messages."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from aerostic.billing import Quote
from aerostic.cli.bench.environment import control
from aerostic.cli.bench.senders import content
from aerostic.db import new_id, platform_scope, service_scope, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.messaging.models import ChannelAccount, ChannelNumber
from aerostic.messaging.outbound import batches, planning
from aerostic.messaging.outbound.writing import Draft
from aerostic.tenancy.models import Tenant, TenantPlugin

APP, WABA, TEMPLATE = "700000000000001", "710000000000001", "bench_offer"
TOKEN, SECRET = "EAABENCH", "bench-app-secret"
PRICE = Quote(25_000, "USD", "bench")
CHUNK = 5_000
SENT = text(
    "SELECT extract(epoch FROM max(accepted_at) - min(sending_at)) AS seconds, count(*) FILTER (WHERE state = 'accepted') AS n"
    " FROM message WHERE batch_id = :batch"
)
OPEN = text("SELECT count(*) FROM message WHERE batch_id = ANY(:batches) AND state IN ('planned', 'sending')")


@dataclass(frozen=True)
class Workspace:
    """The tenant and its numbers' own ids, in the order they were asked for."""

    tenant_id: UUID
    account_id: UUID
    numbers: tuple[UUID, ...]

    def plan(self, number: UUID, count: int) -> UUID:
        """A batch of `count` template messages on one number, running."""
        source_id, scope = new_id(), tenant_scope(self.tenant_id)
        with transaction(scope) as session:
            batch = planning.open_batch(
                session, tenant_id=self.tenant_id, number_id=number, source="bench", source_id=source_id
            )
            batch.hold_id = hold(session, self.tenant_id, str(source_id), PRICE.amount * count, PRICE.currency)
        for first in range(0, count, CHUNK):
            drafts = [self._draft(source_id, i) for i in range(first, min(first + CHUNK, count))]
            with transaction(scope) as session:
                planning.plan(session, session.merge(batch), drafts, lambda _: PRICE)
        with transaction(scope) as session:
            batches.start(session, batch.id)
        return batch.id

    @staticmethod
    def _draft(source_id: UUID, i: int) -> Draft:
        return Draft(None, f"+1650{i:07d}", None, content(TEMPLATE), "marketing", "US", f"{source_id}:{i}")


def make_workspace(url: str, paces: list[int]) -> Workspace:
    """A tenant whose numbers, one for each pace, send through the emulator at `url`."""
    externals = [f"72000000000{i:04d}" for i in range(len(paces))]
    numbers = [{"id": external, "waba_id": WABA, "phone": f"1555{i:07d}"} for i, external in enumerate(externals)]
    scenario = {
        "apps": [{"id": APP, "secret": SECRET}],
        "wabas": [{"id": WABA}],
        "tokens": [{"value": TOKEN, "app_id": APP}],
        "numbers": numbers,
        "templates": [{"waba_id": WABA, "name": TEMPLATE, "category": "MARKETING", "components": _components()}],
    }
    control(url, "POST", "reset", {"scenario": scenario})
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        session.add_all(TenantPlugin(tenant_id=tenant.id, plugin=name) for name in ("whatsapp", "pricing"))
    with transaction(tenant_scope(tenant.id)) as session:
        account = ChannelAccount(
            tenant_id=tenant.id,
            channel="whatsapp",
            name="Bench",
            external_id=f"{WABA}-{tenant.id}",
            endpoint=str(new_id()),
            credentials={"token": TOKEN, "app_secret": SECRET, "verify_token": "bench"},
            settings={"base_url": url},
        )
        session.add(account)
        session.flush()
        rows = [
            ChannelNumber(tenant_id=tenant.id, account_id=account.id, external_id=external, display=external, pace=pace)
            for external, pace in zip(externals, paces, strict=True)
        ]
        session.add_all(rows)
        credit(session, tenant.id, 10**13, "USD", key="bench", note="benchmark")
    return Workspace(tenant.id, account.id, tuple(row.id for row in rows))


def seconds_of(batch: UUID) -> tuple[float, int]:
    """From the first message marked to the last one recorded, and how many were accepted."""
    with transaction(service_scope("lanes")) as session:
        row = session.execute(SENT, {"batch": batch}).one()
    return float(row.seconds), int(row.n)


def left(wanted: list[UUID]) -> int:
    """How many messages of these batches have not been answered."""
    with transaction(service_scope("lanes")) as session:
        return int(session.scalar(OPEN, {"batches": wanted}) or 0)


def _components() -> list[dict[str, object]]:
    return [{"type": "BODY", "text": "Hi {{1}}, our sale is on.", "example": {"body_text": [["Ada"]]}}]
