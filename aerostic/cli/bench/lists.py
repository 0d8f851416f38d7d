"""`bench lists`: the page of contacts of a tenant that has a million, beside the queries one would write first.

Ours is the whole page, asked as a signed-in person does: first, deep, searched, filtered, ordered by name. The reference is
only the database's part of such pages: OFFSET for a deep page, ILIKE for a search, and the exact count that goes with each.
"""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.identifiers import phone_index
from aerostic.messaging.models import Tag
from aerostic.testing.people import Client, new_tenant, sign_in

HOST = "app.localhost"
PHONE = "+14155550199"
LIMIT_MS = 300
FILL = """
    INSERT INTO contact (id, tenant_id, phone_index, name, country, fields, marketing, source, created_at, updated_at)
    SELECT uuidv7(at - now()), :tenant, decode(md5('p' || i), 'hex'),
        (ARRAY['Ana', 'Ben', 'Carla', 'Dario', 'Eva', 'Farid', 'Hugo', 'José', 'Maria Clara', 'Jean Luc'])[1 + i % 10] || ' '
            || initcap(substr(translate(md5(i::text), '0123456789', 'aeiouaeiou'), 1, 3 + i % 5)),
        (ARRAY['BR', 'BR', 'US', 'US', 'IN', 'DE', 'MX', 'GB', 'FR', 'ES'])[1 + (i * 7) % 10],
        jsonb_build_object('city', 'City ' || i % 500),
        (ARRAY['granted', 'granted', 'granted', 'unknown'])[1 + i % 4],
        CASE WHEN i % 2000 = 0 THEN 'manual' WHEN i % 20 = 0 THEN 'inbound' ELSE 'import' END, at, at
    FROM (SELECT i, now() - interval '2 years' * (1 - CAST(i AS float) / :count) AS at
        FROM generate_series(1, :count) AS i) AS made
"""
TAG = """
    INSERT INTO contact_tag (tag_id, contact_id, tenant_id)
    SELECT :tag, id, tenant_id FROM contact WHERE tenant_id = :tenant AND created_at < now() - interval '23 months'
"""
NUMBER = """
    UPDATE contact SET phone_index = :index
    WHERE id = (SELECT id FROM contact WHERE tenant_id = :tenant ORDER BY id LIMIT 1)
"""
PLACE = "SELECT created_at, id FROM contact WHERE tenant_id = :tenant ORDER BY created_at DESC, id DESC OFFSET :rows LIMIT 1"
COUNT = "SELECT count(*) FROM contact WHERE tenant_id = :tenant"
REFERENCE = {
    "deep_page": "SELECT * FROM contact WHERE tenant_id = :tenant ORDER BY created_at DESC, id DESC OFFSET :rows LIMIT 25",
    "search": "SELECT * FROM contact WHERE tenant_id = :tenant AND name ILIKE '%faba%' ORDER BY created_at DESC LIMIT 25",
}


def run(*, count: int = 1_000_000, rounds: int = 20) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them: milliseconds, the slowest of twenty (p95).

    Args:
        count: contacts of the tenant; another one has a fifth of that.
        rounds: how often each page is asked for.
    """
    with bench_servers() as supervisor:
        settings, _ = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            tenant_id = _fill(count)
            _vacuum(settings.database_owner_url)
            client = sign_in(app, tenant_id, "owner", HOST)
            pages = {name: _slowest(rounds, _asker(client, query)) for name, query in _pages(tenant_id, count)}
            reference = {name: _reference(tenant_id, query, count) for name, query in REFERENCE.items()}
    return {
        "name": "lists",
        "value": max(pages.values()),
        "unit": "ms, the slowest page",
        "limit": LIMIT_MS,
        "contacts": count,
        **{f"page_{name}": value for name, value in pages.items()},
        **{f"reference_{name}": value for name, value in reference.items()},
        **{f"ratio_{name}": round(value / pages[name], 1) for name, value in reference.items()},
    }


def _pages(tenant_id: UUID, count: int) -> Iterator[tuple[str, str]]:
    """What is asked for, by name."""
    with transaction(tenant_scope(tenant_id)) as session:
        at, id_ = session.execute(text(PLACE), {"tenant": tenant_id, "rows": count * 9 // 10}).one()
        tag = session.scalar(text("SELECT tag_id FROM contact_tag LIMIT 1"))
    place = base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(id_)]).encode()).decode().rstrip("=")
    yield "first", ""
    yield "deep_page", f"after={place}"
    yield "by_name", "sort=name"
    yield "search", "q=faba"
    yield "search_many", "q=maria"
    yield "search_two_words", "q=jose+fab"
    yield "search_nobody", "q=zzzz"
    yield "search_phone", f"q={PHONE.replace('+', '%2B')}"
    yield "country", "country=BR"
    yield "country_by_name", "country=BR&sort=name"
    yield "consent", "consent=unknown"
    yield "few_of_a_source", "source=manual"
    yield "tag_of_the_oldest", f"tag={tag}"
    today = utcnow().date()
    yield "added_long_ago", f"from={today - timedelta(days=700)}&to={today - timedelta(days=670)}"
    yield "field", "field=city&match=is&value=city+7"


def _fill(count: int) -> UUID:
    """A tenant with so many contacts, and another one beside it. Phones are only looked for, so they have no seals."""
    tenant_id = new_tenant()
    for owner, number in ((tenant_id, count), (new_tenant(), count // 5)):
        with transaction(tenant_scope(owner)) as session:
            session.execute(text(FILL), {"tenant": owner, "count": number})
    with transaction(tenant_scope(tenant_id)) as session:
        tag_id = new_id()
        session.add(Tag(tenant_id=tenant_id, id=tag_id, name="old"))
        session.flush()
        session.execute(text(TAG), {"tenant": tenant_id, "tag": tag_id})
        index = phone_index(tenant_id, PHONE)
        session.execute(text(NUMBER), {"tenant": tenant_id, "index": index})
    return tenant_id


def _vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE contact, contact_tag")


def _asker(client: Client, query: str) -> Callable[[], None]:
    def ask() -> None:
        answer = client.get(f"/contacts?{query}")
        if answer.status_code != 200:
            raise RuntimeError(f"/contacts?{query} was answered with {answer.status}")

    return ask


def _slowest(rounds: int, ask: Callable[[], None]) -> float:
    """The 95th percentile of so many, in milliseconds, after one to warm up."""
    ask()
    times = sorted(_timed(ask) for _ in range(rounds))
    return round(times[max(0, round(0.95 * rounds) - 1)], 1)


def _timed(ask: Callable[[], None]) -> float:
    began = perf_counter()
    ask()
    return (perf_counter() - began) * 1000


def _reference(tenant_id: UUID, query: str, count: int) -> float:
    def ask() -> None:
        with transaction(tenant_scope(tenant_id)) as session:
            session.execute(text(query), {"tenant": tenant_id, "rows": count * 9 // 10}).all()
            condition = query.partition(" AND ")[2].partition(" ORDER")[0]
            session.scalar(text(f"{COUNT} AND {condition}" if condition else COUNT), {"tenant": tenant_id})

    return round(median(_timed(ask) for _ in range(5)), 1)
