"""`bench webhooks`: signed webhooks of 1 KB into the durable stream, beside the same work in a Flask view under gunicorn.

Both check the signature, seal, and append with the same library calls, each in one process; what is compared is the server
and the way to the work. The figure is requests a CPU second of the server, which a busy machine disturbs least.
"""

import hashlib
import hmac
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from statistics import median
from typing import Any, cast

import orjson
import psutil
from flask import Flask, Response, request

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.bench.load import closed_loop, open_loop
from aerostic.cli.services.children import free_port
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.messaging.inbound.endpoints import find
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import ChannelAccount
from aerostic.registry.runtime import KEY
from aerostic.settings import get_settings
from aerostic.streams.intake import Intake
from aerostic.tenancy.models import Tenant, TenantPlugin

SECRET = "bench-app-secret"  # noqa: S105 - it guards nothing
BYTES = 1024
RATE = 2_000
READY_SECONDS = 60.0
THREADS = "8"


def run(*, count: int = 12_000, rounds: int = 3, seconds: int = 10) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: webhooks in each round.
        rounds: intake and reference in turn; medians are reported.
        seconds: length of the open loop.
    """
    ours, theirs, rates = [], [], []
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            endpoint = _account()
        stream = f"{settings.redis_prefix}:intake"
        redis = app.extensions[KEY].redis
        for _ in range(rounds):
            with _server("intake", environment) as (port, process):
                cost, rate = _cost(process, port, endpoint, count)
                ours.append(cost)
                rates.append(rate)
                _expect(redis, stream, count)
            with _server("reference", environment) as (port, process):
                theirs.append(_cost(process, port, endpoint, count)[0])
                _expect(redis, stream, count)
        with _server("intake", environment) as (port, _):
            latencies = open_loop(port, _requests(endpoint), RATE * seconds, RATE)
            redis.delete(stream)
    value, reference = median(ours), median(theirs)
    return {
        "name": "webhooks",
        "value": round(value),
        "unit": "requests per CPU second of the server",
        "reference": round(reference),
        "ratio": round(value / reference, 2),
        "requests_per_second": round(median(rates)),
        "p50_ms": round(latencies[len(latencies) // 2] * 1000, 2),
        "p99_ms": round(latencies[len(latencies) * 99 // 100] * 1000, 2),
        "open_loop_rate": RATE,
    }


def reference() -> Flask:
    """The view to compare with, for gunicorn: the same checks, the same seal, the same stream."""
    app = bench_app(get_settings())
    plain = Flask("reference")
    runtime = app.extensions[KEY]
    intake = Intake(runtime.redis, runtime.settings.redis_prefix, runtime.settings.intake_stream_limit)

    @cache
    def look_up(channel: str, name: str) -> Any:
        with app.app_context():
            return find(channel, name)

    @plain.post("/<channel>/<name>")
    def webhook(channel: str, name: str) -> Response:
        endpoint = look_up(channel, name)
        body = request.get_data()
        if endpoint is None:
            return Response("unknown", 404)
        if not endpoint.channel.verify(cast(Any, request.headers), body, endpoint.credentials):
            return Response("unsigned", 401)
        received = Received(new_id(), endpoint.tenant_id, endpoint.account_id, endpoint.channel.kind, body)
        intake.append(received.to_fields())
        return Response("", 200)

    return plain


def _account() -> str:
    """A tenant with an account; returns its endpoint."""
    with transaction(platform_scope("benchmark")) as session:
        tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        session.add(TenantPlugin(tenant_id=tenant.id, plugin="whatsapp"))
    endpoint = new_id().hex
    with transaction(tenant_scope(tenant.id)) as session:
        credentials = {"token": "t", "app_secret": SECRET, "verify_token": "v"}
        account = ChannelAccount(
            tenant_id=tenant.id, channel="whatsapp", name="Bench", external_id=endpoint, endpoint=endpoint,
            credentials=credentials,
        )  # fmt: skip
        session.add(account)
    return endpoint


def _requests(endpoint: str) -> list[bytes]:
    """Signed requests, each with a body of 1 KB of its own."""
    return [_signed(endpoint, number) for number in range(500)]


def _signed(endpoint: str, number: int) -> bytes:
    status = {"id": f"wamid.{new_id().hex}", "status": "delivered", "timestamp": str(1_790_000_000 + number)}
    value = {"metadata": {"phone_number_id": "7"}, "statuses": [status]}
    payload: dict[str, Any] = {"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}
    payload["padding"] = "x" * (BYTES - len(orjson.dumps(payload | {"padding": ""})))
    body = orjson.dumps(payload)
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    lines = (
        f"POST /whatsapp/{endpoint} HTTP/1.1", "Host: hooks.localhost", "Content-Type: application/json",
        f"Content-Length: {len(body)}", f"X-Hub-Signature-256: sha256={signature}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + body


def _cost(process: psutil.Process, port: int, endpoint: str, count: int) -> tuple[float, float]:
    """Requests a CPU second of the server's processes, and requests a second."""
    requests = _requests(endpoint)
    closed_loop(port, requests, 500)
    before = _cpu_seconds(process)
    rate = closed_loop(port, requests, count)
    return count / (_cpu_seconds(process) - before), rate


def _cpu_seconds(process: psutil.Process) -> float:
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def _expect(redis: Any, stream: str, count: int) -> None:
    """Every webhook that was answered is in the stream; then make room for the next round."""
    kept = redis.xlen(stream)
    redis.delete(stream)
    if kept != count + 500:
        raise RuntimeError(f"{count + 500} webhooks were answered and {kept} are in the stream.")


@contextmanager
def _server(kind: str, environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """One server process (and its worker) until the block ends."""
    port = free_port()
    commands = {
        "intake": ("-m", "aerostic.cli", "hooks", "--port", str(port)),
        "reference": (
            "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", THREADS,
            "--keep-alive", "60", "--bind", f"127.0.0.1:{port}", "--log-level", "warning",
            "aerostic.cli.bench.webhooks:reference()",
        ),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, *commands[kind]], env={**os.environ, **environment})
    try:
        wait_for(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers anything."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The server of the benchmark does not answer.") from None
            time.sleep(0.2)
