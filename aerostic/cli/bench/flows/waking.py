"""The part of `bench flows` about waiting: 100,000 runs wait, 1,000 come due at once, and the stream process wakes them."""

import sys
import time
from typing import Any
from uuid import UUID

from sqlalchemy import text

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.services.children import Command
from aerostic.cli.supervisor import Child
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.runs.trying import start
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Contact
from aerostic.tenancy.models import Tenant, TenantPlugin

SECONDS = 120.0
# The rest of those that wait are never opened, so that they may look like one of those that are.
FILL = text(
    "INSERT INTO flow_run (id, tenant_id, flow_id, version_id, state, going_sealed, journal_sealed, wake_at, steps, started_at)"
    " SELECT uuidv7(), tenant_id, flow_id, version_id, state, going_sealed, journal_sealed,"
    " now() + interval '1 day' + random() * interval '30 days', steps, started_at"
    " FROM (SELECT * FROM flow_run WHERE tenant_id = :tenant LIMIT 1) AS one, generate_series(1, :count)"
)
DUE = text("UPDATE flow_run SET wake_at = now() WHERE id = ANY(:ids)")
OPEN = text("SELECT count(*) FROM flow_run WHERE id = ANY(:ids) AND state = 'waiting'")
FLOW = Document.of(
    {
        "nodes": [
            {"id": "in", "kind": "logic.called"},
            {"id": "wait", "kind": "logic.wait", "config": {"amount": 2, "unit": "days"}},
            {"id": "note", "kind": "logic.set", "config": {"name": "woken", "value": "yes"}},
            {"id": "end", "kind": "logic.end"},
        ],
        "edges": [{"source": a, "target": b} for a, b in (("in", "wait"), ("wait", "note"), ("note", "end"))],
    }
)


def run(*, waiting: int = 100_000, due: int = 1_000) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        waiting: runs in all.
        due: how many of them are to go on; each is about a contact, in a conversation of its own.
    """
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        with bench_app(settings).app_context():
            tenant_id, ids = _runs(due + 1)
            with transaction(tenant_scope(tenant_id)) as session:
                session.execute(FILL, {"tenant": tenant_id, "count": waiting - due})
            stream = Command("stream", (sys.executable, "-m", "aerostic.cli", "stream"), environment)
            supervisor.keep([Child(stream)])
            _wake(tenant_id, ids[:1])
            seconds = _wake(tenant_id, ids[1:])
    return {"waiting": waiting, "woken": due, "wake_seconds": round(seconds, 2)}


def _runs(count: int) -> tuple[UUID, list[UUID]]:
    """So many runs that wait, and their tenant."""
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        session.add_all(TenantPlugin(tenant_id=tenant.id, plugin=name) for name in ("whatsapp", "flows", "logic"))
    with transaction(tenant_scope(tenant.id)) as session:
        own = {"tenant_id": tenant.id}
        account = ChannelAccount(
            **own, channel="whatsapp", name="Bench", external_id=new_id().hex, endpoint=new_id().hex, credentials={}
        )
        session.add(account)
        session.flush()
        number = ChannelNumber(**own, account_id=account.id, external_id=new_id().hex, display="+1 555 010 0000")
        session.add(number)
        session.flush()
        flow = drafts.create(session, tenant.id, "Bench", FLOW)
        drafts.publish(session, flow.id, user_id=None)
        ids = []
        for i in range(count):
            contact = Contact(**own, name=f"Contact {i}", country="US")
            session.add(contact)
            session.flush()
            open_conversation(session, tenant.id, number.id, contact.id)
            ids.append(start(session, flow.id, contact_id=contact.id, values={}).id)
    return tenant.id, ids


def _wake(tenant_id: UUID, ids: list[UUID]) -> float:
    """Seconds from the moment that runs are due until all have gone on."""
    began = time.perf_counter()
    with transaction(tenant_scope(tenant_id)) as session:
        session.execute(DUE, {"ids": ids})
    while time.perf_counter() - began < SECONDS:
        with transaction(tenant_scope(tenant_id)) as session:
            if not session.scalar(OPEN, {"ids": ids}):
                return time.perf_counter() - began
        time.sleep(0.02)
    raise RuntimeError("The runs that were due did not go on.")
