"""Runs a second of a five-step flow that a webhook starts and that answers it, every step journalled and committed before the
answer, beside the same flow in Node-RED, which keeps nothing. One server process each, 128 connections, in turn.

Ours checks a signature over each body besides; PostgreSQL's work is on the same machine.
"""

import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psutil
from sqlalchemy import func, select, text

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.bench.flows import node_red
from aerostic.cli.bench.flows.calling import rate
from aerostic.cli.bench.webhooks import wait_for
from aerostic.cli.services.children import free_port
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from aerostic.flows.models import FlowRun
from aerostic.tenancy.models import Tenant, TenantPlugin

# More than it can do: the pace of one address is not what is measured.
PACE = "1000000"
SENT = {"topic": "order", "name": "Ada", "order": 1017}
ANSWER = orjson.dumps({"hello": SENT["name"]})
DOCUMENT = {
    "nodes": [
        {"id": "in", "kind": "http.webhook"},
        {"id": "name", "kind": "logic.set", "config": {"name": "name", "value": "{{ trigger.body.name }}"}},
        {
            "id": "which",
            "kind": "logic.switch",
            "config": {
                "value": "{{ trigger.body.topic }}",
                "cases": [{"port": "order", "how": "equals", "words": ["order"]}],
            },
        },
        {"id": "hello", "kind": "logic.set", "config": {"name": "hello", "value": "{{ vars.name }}"}},
        {"id": "out", "kind": "http.respond", "config": {"data": {"hello": "{{ vars.hello }}"}}},
    ],
    "edges": [
        {"source": "in", "target": "name"},
        {"source": "name", "target": "which"},
        {"source": "which", "port": "order", "target": "hello"},
        {"source": "hello", "target": "out"},
    ],
}
SIZE = text("SELECT pg_total_relation_size('flow_run') + pg_total_relation_size('flow_stretch')")


class Address(NamedTuple):
    """A published flow, and what its callers need."""

    tenant_id: UUID
    token: str
    secret: str


def run(*, count: int = 10_000, rounds: int = 5) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: calls in each round.
        rounds: ours and the reference in turn; the ratio is the median of the rounds' ratios.
    """
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            address = _published()
        ours, theirs = [], []
        with _server(environment) as (port, _process), node_red.server() as (other, _node):
            for each, path, found in ((port, f"/flows/{address.token}", 1), (other, node_red.PATH, 0)):
                rate(each, _requests(path, address.secret if found else ""), count // 5, ANSWER)
            with app.app_context():
                before = _kept(address)
            for _ in range(rounds):
                ours.append(rate(port, _requests(f"/flows/{address.token}", address.secret), count, ANSWER))
                theirs.append(rate(other, _requests(node_red.PATH, ""), count, ANSWER))
            with app.app_context():
                after = _kept(address)
    runs = after[0] - before[0]
    if runs < count * rounds:
        raise RuntimeError(f"{count * rounds} calls were answered, and {runs} runs are kept.")
    return {
        "value": round(median(ours)),
        "unit": "runs a second",
        "reference": round(median(theirs)),
        "ratio": round(median(a / b for a, b in zip(ours, theirs, strict=True)), 2),
        "ratio_lowest": round(min(a / b for a, b in zip(ours, theirs, strict=True)), 2),
        "ratio_highest": round(max(a / b for a, b in zip(ours, theirs, strict=True)), 2),
        "bytes_per_run": round((after[1] - before[1]) / runs),
    }


def _published() -> Address:
    """A tenant with the flow."""
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        session.add_all(TenantPlugin(tenant_id=tenant.id, plugin=name) for name in ("http", "logic"))
    with transaction(tenant_scope(tenant.id)) as session:
        flow = drafts.create(session, tenant.id, "Bench", Document.of(DOCUMENT))
        drafts.publish(session, flow.id, user_id=None)
        (hook,) = keeping.of_flow(session, flow.id)
        return Address(tenant.id, hook.token, keeping.reveal(session, hook))


def _kept(address: Address) -> tuple[int, int]:
    """How many runs are kept, and the bytes of their tables with indexes."""
    with transaction(tenant_scope(address.tenant_id)) as session:
        return session.scalars(select(func.count(FlowRun.id))).one(), session.scalars(SIZE).one()


def _requests(path: str, secret: str) -> list[bytes]:
    body = orjson.dumps(SENT)
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: hooks.localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    if secret:
        lines.append(f"X-Hub-Signature-256: sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}")
    return ["\r\n".join([*lines, "", ""]).encode() + body]


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """The process of webhooks, until the block ends."""
    port = free_port()
    argv = [sys.executable, "-m", "aerostic.cli", "hooks", "--port", str(port)]
    process = subprocess.Popen(argv, env={**os.environ, **environment, "AEROSTIC_HOOK_PACE": PACE})
    try:
        wait_for(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)
