"""`bench pages`: how long pages of the demo take to answer, beside a page that reads nothing of a workspace.

In one process, one request at a time, on servers of its own with the demo's people and contacts: what a person waits for is
this and the way. The bar is 200 ms for 95 of 100 answers.
"""

import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.seed import CURRENCY, SHOP, seed_contacts, seed_people
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.identity.sessions import open_session
from aerostic.ledger import credit
from aerostic.tenancy.models import Member
from aerostic.web.sessions import TENANT

REFERENCE = "/sign-in"
PATHS = (
    "/",
    "/contacts",
    "/contacts?q=an",
    "/conversations",
    "/templates",
    "/p/campaigns/",
    "/wallet",
    "/numbers",
    "/team",
)
HOST = "https://app.localhost"
CONTACTS = 2_000


def run(*, rounds: int = 40) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them: milliseconds, and ratios to the reference.

    Args:
        rounds: requests a page, in turn with the reference.
    """
    with bench_servers() as supervisor:
        settings, _ = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            tenant_id = seed_people()[SHOP]
            with tempfile.TemporaryDirectory() as folder:
                seed_contacts(Path(folder), tenant_id, CONTACTS)
            with transaction(tenant_scope(tenant_id)) as session:
                credit(session, tenant_id, 1_000_000_000, CURRENCY, "bench")
        client, nobody = _signed_in(app, tenant_id), app.test_client()
        times: dict[str, list[float]] = {path: [] for path in PATHS}
        reference: list[float] = []
        for _ in range(rounds):
            reference.append(_timed(nobody, REFERENCE))
            for path in PATHS:
                times[path].append(_timed(client, path))
    figures: dict[str, Any] = {"reference_ms": round(median(reference), 1)}
    for path, taken in times.items():
        figures[path] = f"p50 {median(taken):.0f} ms, p95 {quantiles(taken, n=20)[-1]:.0f} ms"
    everything = sorted(one for taken in times.values() for one in taken)
    figures["p95_ms"] = round(everything[int(len(everything) * 0.95)], 1)
    figures["ratio"] = round(median(everything) / median(reference), 2)
    return figures


def _signed_in(app: Flask, tenant_id: UUID) -> FlaskClient:
    with app.app_context(), transaction(platform_scope("benchmark of pages")) as session:
        own = select(Member.user_id).where(Member.tenant_id == tenant_id, Member.role == "owner")
        cookie = str(open_session(session, session.scalars(own).one()).id)
    client = app.test_client()
    with client.session_transaction(base_url=HOST) as kept:
        kept["_user_id"], kept["_fresh"], kept[TENANT] = cookie, True, str(tenant_id)
    return client


def _timed(client: FlaskClient, path: str) -> float:
    """Milliseconds until the whole answer is there.

    Raises:
        RuntimeError: it is not a page.
    """
    began = perf_counter()
    answer = client.get(path, base_url=HOST, headers={"Accept": "text/html"})
    answer.get_data()
    taken = (perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return taken
