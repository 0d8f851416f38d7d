"""The part of `bench flows` about answers: from a message at the webhook to the reply at the provider, with the real processes.

People who are all different write at an even rate, whatever becomes of what they wrote before; a flow answers each with a text.
"""

import hashlib
import hmac
import sys
import time
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from aerostic.cli.bench.campaign import lane
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings, control, start_emulator
from aerostic.cli.bench.load import open_loop
from aerostic.cli.bench.webhooks import _server as server
from aerostic.cli.bench.workspace import SECRET, Workspace, make_workspace
from aerostic.cli.services.children import Command
from aerostic.cli.supervisor import Child
from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.messaging.models import ChannelAccount
from aerostic.tenancy.models import TenantPlugin

RATE, WARM = 50, 100
PACE = 80
SECONDS = 60.0
NUMBER = "720000000000000"
CALM: dict[str, Any] = {"latency_ms": [1, 2], "statuses": False, "magic": False, "pair_limit": False}
FLOW = Document.of(
    {
        "nodes": [
            {"id": "in", "kind": "messages.received"},
            {"id": "hi", "kind": "messages.text", "config": {"text": "Hello, how can we help?"}},
        ],
        "edges": [{"source": "in", "target": "hi"}],
    }
)
TIMES = text(
    "SELECT id, extract(epoch FROM created_at) AS planned, extract(epoch FROM sending_at) AS marked FROM message"
    " WHERE tenant_id = :tenant AND direction = 'out'"
)


def run(*, seconds: int = 20) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them: milliseconds from when each message was due to be written.

    Args:
        seconds: how long people write.
    """
    count = RATE * seconds
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        url = start_emulator(supervisor, **CALM)
        with bench_app(settings).app_context():
            space = make_workspace(url, [PACE])
            endpoint = _open(space)
            stream = Command("stream", (sys.executable, "-m", "aerostic.cli", "stream"), environment)
            supervisor.keep([Child(stream)])
            with server("intake", environment) as (port, _), lane(environment):
                _write(url, port, endpoint, range(WARM))
                _until(url, WARM)
                people = range(WARM, WARM + count)
                requests = [_signed(endpoint, who) for who in _met(url, people)]
                began = time.time()
                open_loop(port, requests, count, RATE)
                _until(url, WARM + count)
            return _figures(
                space.tenant_id, _replies(url), {_phone(who): began + i / RATE for i, who in enumerate(people)}
            )


def _open(space: Workspace) -> str:
    """Publish the flow; returns the account's endpoint."""
    with transaction(tenant_scope(space.tenant_id)) as session:
        session.add_all(TenantPlugin(tenant_id=space.tenant_id, plugin=name) for name in ("flows", "messages"))
        flow = drafts.create(session, space.tenant_id, "Bench", FLOW)
        session.flush()
        drafts.publish(session, flow.id, user_id=None)
        return session.get_one(ChannelAccount, space.account_id).endpoint


def _met(url: str, people: range) -> range:
    """Let the provider know that they have written, so that it takes free words to them."""
    for who in people:
        message = {"phone_number_id": NUMBER, "from": _phone(who).lstrip("+"), "type": "text", "text": {"body": "Hi"}}
        control(url, "POST", "inbound", message)
    return people


def _write(url: str, port: int, endpoint: str, people: range) -> None:
    open_loop(port, [_signed(endpoint, who) for who in _met(url, people)], len(people), RATE)


def _signed(endpoint: str, who: int) -> bytes:
    """A request in which somebody writes."""
    number = _phone(who).lstrip("+")
    message = {"id": f"wamid.bench{who}", "from": number, "timestamp": str(int(time.time())), "type": "text"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": number}],
        "messages": [message | {"text": {"body": "Hello"}}],
    }
    body = orjson.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    lines = (
        f"POST /whatsapp/{endpoint} HTTP/1.1", "Host: hooks.localhost", "Content-Type: application/json",
        f"Content-Length: {len(body)}", f"X-Hub-Signature-256: sha256={signature}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + body


def _phone(who: int) -> str:
    return f"+1650{who:07d}"


def _replies(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control(url, "GET", "record/messages?cursor=0&limit=5000")["data"]
    return found


def _until(url: str, count: int) -> None:
    deadline = time.monotonic() + SECONDS
    while (came := len(_replies(url))) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{came} of {count} replies came.")
        time.sleep(0.25)


def _figures(tenant_id: UUID, replies: list[dict[str, Any]], due: dict[str, float]) -> dict[str, Any]:
    """The whole way, and its parts: until the reply is planned, until its lane has marked it, until the provider has it."""
    with transaction(tenant_scope(tenant_id)) as session:
        times = {
            row.id: (float(row.planned), float(row.marked)) for row in session.execute(TIMES, {"tenant": tenant_id})
        }
    whole, planned, marked, posted = [], [], [], []
    for reply in replies:
        wrote = due.get(f"+{reply['to'].lstrip('+')}")
        if wrote is None:
            continue
        plan, mark = times[UUID(reply["biz_opaque_callback_data"].partition(".")[0])]
        whole.append(reply["received"] - wrote)
        planned.append(plan - wrote)
        marked.append(mark - plan)
        posted.append(reply["received"] - mark)
    if len(whole) != len(due):
        raise RuntimeError(f"{len(due)} people wrote and {len(whole)} were answered.")
    return {
        "replies": len(whole),
        "reply_p50_ms": _part(whole, 50),
        "reply_p95_ms": _part(whole, 95),
        "planned_p95_ms": _part(planned, 95),
        "marked_p95_ms": _part(marked, 95),
        "posted_p95_ms": _part(posted, 95),
    }


def _part(seconds: list[float], percent: int) -> float:
    return round(sorted(seconds)[len(seconds) * percent // 100] * 1_000, 1)
