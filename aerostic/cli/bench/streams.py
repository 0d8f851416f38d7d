"""`bench streams`: a page's time with 500 open streams that are told something now and then, beside the same page without them.

Pages and streams have a process each, as in earnest; the tabs are a third. Also: what the streams' process costs, how long a
notice takes to its tabs, until clients that vanished are gone, and until all tabs of a restarted server know what they missed.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

import psutil
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.services.children import free_port
from aerostic.db import new_id, platform_scope, transaction
from aerostic.identity.people import create_user
from aerostic.identity.sessions import open_session
from aerostic.registry.runtime import KEY
from aerostic.streams.notices import Notice, append
from aerostic.tenancy.models import Member, Tenant
from aerostic.web.live.server import MOST_A_PERSON
from aerostic.web.sessions import COOKIE, TENANT

TENANTS = 10
PAGE = "/"
REQUESTS, PER_SECOND = 200, 20
NOTICE_SECONDS = 2.0
VANISHED = 100
LONGEST_SECONDS = 60.0


def run(*, streams: int = 500, rounds: int = 3) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        streams: how many tabs listen.
        rounds: with and without them in turn; medians are reported.
    """
    alone, beside, reports, costs = [], [], [], []
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            cookies, tenants = _people(app, streams // MOST_A_PERSON)
        tell = partial(_tell, app, tenants)
        web, live = free_port(), free_port()
        tabs = [cookie for cookie in cookies for _ in range(MOST_A_PERSON)]
        with _process("web", web, environment):
            for _ in range(rounds):
                alone.append(_page(web, cookies))
                with _process("live", live, environment) as process, _listening(live, tabs) as ask, _busy(tell):
                    _until(lambda: ask("report")["open"] == streams, "not all streams are open")
                    ask("clear")
                    with _share(process) as share:
                        beside.append(_page(web, cookies))
                    reports.append(ask("report"))
                    costs.extend(share)
        gone, back = _trouble(live, environment, tabs, tell)
    value, reference = median(p95 for _, p95 in beside), median(p95 for _, p95 in alone)
    return {
        "name": "streams",
        "value": _ms(value),
        "unit": f"ms, p95 of a page beside {streams} streams",
        "reference": _ms(reference),
        "ratio": round(value / reference, 2),
        "p50_ms": _ms(median(p50 for p50, _ in beside)),
        "p50_alone_ms": _ms(median(p50 for p50, _ in alone)),
        "live_cpu_percent": round(median(costs) * 100, 1),
        "notices": sum(report["heard"] for report in reports),
        "notice_p50_ms": _ms(median(report["p50"] for report in reports)),
        "notice_p95_ms": _ms(median(report["p95"] for report in reports)),
        "vanished_gone_s": round(gone, 1),
        "restarted_right_s": round(back, 1),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _people(app: Flask, count: int) -> tuple[list[str], list[UUID]]:
    """Cookies of people at work, and their tenants."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None  # noqa: S101 - the application has a secret key
    cookies = []
    with transaction(platform_scope("benchmark")) as session:
        tenants = [Tenant(name="Bench", slug=f"bench-{new_id()}", country="US") for _ in range(TENANTS)]
        session.add_all(tenants)
        session.flush()
        for number in range(count):
            tenant = tenants[number % TENANTS]
            user = create_user(session, email=f"{new_id()}@bench.example", name="Bench", password=str(new_id()))
            session.add(Member(tenant_id=tenant.id, user_id=user.id, role="owner"))
            values = {"_user_id": str(open_session(session, user.id).id), "_fresh": True, TENANT: str(tenant.id)}
            cookies.append(f"{COOKIE}={serializer.dumps(values)}")
        return cookies, [tenant.id for tenant in tenants]


def _tell(app: Flask, tenants: list[UUID], topic: str) -> None:
    """Something has changed for everybody."""
    runtime = app.extensions[KEY]
    append(runtime.redis, runtime.settings.redis_prefix, [Notice(id_, {"": frozenset([topic])}) for id_ in tenants])


@contextmanager
def _busy(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell again and again, until the block ends."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(NOTICE_SECONDS):
            tell("contacts")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def _page(port: int, cookies: list[str]) -> tuple[float, float]:
    """The median and the 95th percentile of a page that people ask for at a steady rate."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times: list[float] = []
    start = time.perf_counter()
    for number in range(REQUESTS + PER_SECOND):
        time.sleep(max(start + number / PER_SECOND - time.perf_counter(), 0))
        began = time.perf_counter()
        headers = {"Host": "app.localhost", "Accept": "text/html", "Cookie": cookies[number % len(cookies)]}
        connection.request("GET", PAGE, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"The page answered {answer.status}: build the front end first (`make setup`).")
        times.append(time.perf_counter() - began)
    connection.close()
    steady = sorted(times[PER_SECOND:])
    return steady[len(steady) // 2], steady[len(steady) * 95 // 100]


@contextmanager
def _share(process: psutil.Process) -> Iterator[list[float]]:
    """Gives the share of a CPU that a process took within the block, once it has ended."""
    share: list[float] = []
    began, before = time.monotonic(), process.cpu_times()
    yield share
    after = process.cpu_times()
    share.append((after.user + after.system - before.user - before.system) / (time.monotonic() - began))


def _trouble(
    port: int, environment: dict[str, str], tabs: list[str], tell: Callable[[str], None]
) -> tuple[float, float]:
    """Seconds until clients that vanished are gone, and from the start of a server to the last tab that knows what it missed."""
    with _listening(port, tabs) as ask:
        with _process("live", port, environment) as process:
            _until(lambda: ask("report")["open"] == len(tabs), "not all streams are open")
            tell("contacts")
            ask(f"vanish {VANISHED}")
            left, began = len(tabs) - VANISHED, time.monotonic()
            _until(lambda: _connections(process, port) == left, "vanished clients are still there")
            gone = time.monotonic() - began
        ask("clear")
        tell("imports")
        began = time.monotonic()
        with _process("live", port, environment):
            _until(lambda: ask("report")["caught_up"] == left, "not all tabs know what they missed")
            return gone, time.monotonic() - began


def _connections(process: psutil.Process, port: int) -> int:
    found = process.net_connections("tcp")
    return sum(each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED for each in found)


def _until(holds: Callable[[], bool], trouble: str) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(trouble)
        time.sleep(0.1)


@contextmanager
def _process(command: str, port: int, environment: dict[str, str]) -> Iterator[psutil.Process]:
    """`aerostic COMMAND` on a port, until the block ends; in a session of its own, which the kernel gives a fair share."""
    argv = (sys.executable, "-m", "aerostic.cli", command, "--port", str(port))
    process = subprocess.Popen(argv, env={**os.environ, **environment}, start_new_session=True)
    try:
        _until(lambda: _answers(port), f"{command} does not answer")
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _listening(port: int, tabs: list[str]) -> Iterator[Callable[[str], dict[str, Any]]]:
    """The tabs; gives a way to ask them something."""
    argv = (sys.executable, "-m", "aerostic.cli.bench.listeners", str(port))
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    stdin, stdout = process.stdin, process.stdout
    assert stdin and stdout  # noqa: S101 - they are pipes

    def ask(command: str) -> dict[str, Any]:
        print(command, file=stdin, flush=True)
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer

    try:
        print(json.dumps(tabs), file=stdin, flush=True)
        yield ask
    finally:
        stdin.close()
        process.wait(30)
        stdout.close()
