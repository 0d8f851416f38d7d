"""`bench crypto`: 10,000 rows with one encrypted column loaded and opened, beside the same rows in plain; and re-encryption.

Both are loaded through SQLAlchemy Core and compared with what was written, in turn. The two tables are this benchmark's own;
re-encryption walks the platform's, with contacts of one tenant in them.
"""

import gc
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import Column, MetaData, NullPool, Table, Text, Uuid, create_engine, insert, select, text

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.services.postgres import APP
from aerostic.db import db, new_id, platform_scope, tenant_scope, transaction
from aerostic.db.engine import driver_url
from aerostic.keys.reencrypting import reencrypt
from aerostic.keys.rotating import rotate
from aerostic.messaging.models import Contact
from aerostic.security.columns import Encrypted, open_rows
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_text
from aerostic.settings import Settings
from aerostic.tenancy.models import Tenant

LENGTH, CHUNK = 200, 5_000
OWN = MetaData()
SEALED = Table(
    "bench_sealed",
    OWN,
    Column("id", Uuid, primary_key=True),
    Column("tenant_id", Uuid),
    Column("value_sealed", Encrypted),
)
PLAIN = Table(
    "bench_plain", OWN, Column("id", Uuid, primary_key=True), Column("tenant_id", Uuid), Column("value", Text)
)


def run(*, rows: int = 10_000, rounds: int = 15, contacts: int = 50_000) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        rows: in each of the two tables.
        rounds: sealed and plain in turn; the best of each is reported.
        contacts: whose phones are encrypted anew.
    """
    with bench_servers() as supervisor:
        settings, _ = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            values = _fill(settings, rows)
            # What is loaded by now is never garbage, as in the intake: neither pays for going through it.
            gc.collect()
            gc.freeze()
            times = [(_milliseconds(_sealed, values), _milliseconds(_plain, values)) for _ in range(rounds)]
            rate = _reencryption(contacts)
    sealed, plain = min(ours for ours, _ in times), min(theirs for _, theirs in times)
    return {
        "name": "crypto",
        "value": round(sealed, 1),
        "unit": f"ms for {rows:,} values of {LENGTH} bytes, loaded, opened and compared",
        "reference": round(plain, 1),
        "extra_ms": round(sealed - plain, 1),
        "reencrypt_rows_per_second": round(rate),
    }


def _fill(settings: Settings, rows: int) -> dict[UUID, str]:
    """Make both tables anew; what each row holds."""
    owner = create_engine(driver_url(settings.database_owner_url), poolclass=NullPool)
    with owner.begin() as connection:
        OWN.drop_all(connection)
        OWN.create_all(connection)
        for table in OWN.tables:
            connection.execute(text(f'GRANT SELECT, INSERT ON {table} TO "{APP}"'))
    tenant = new_id()
    values = {new_id(): f"{number:0{LENGTH}}" for number in range(rows)}
    sealed = {id_: seal_text(Place(SEALED.name, "value", tenant, id_), value) for id_, value in values.items()}
    with db.engine.begin() as connection:
        connection.execute(insert(PLAIN), [{"id": i, "tenant_id": tenant, "value": v} for i, v in values.items()])
        connection.execute(
            insert(SEALED), [{"id": i, "tenant_id": tenant, "value_sealed": v} for i, v in sealed.items()]
        )
    return values


def _milliseconds(load: Callable[[], dict[UUID, str]], values: dict[UUID, str]) -> float:
    gc.collect()
    began = perf_counter()
    same = load() == values
    taken = perf_counter() - began
    if not same:
        raise RuntimeError("What was loaded is not what was written.")
    return taken * 1_000


def _sealed() -> dict[UUID, str]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(SEALED.c.tenant_id, SEALED.c.id, SEALED.c.value_sealed)).all()
    return dict(zip([id_ for _, id_, _ in rows], open_rows(SEALED.name, "value", rows, json=False), strict=True))


def _plain() -> dict[UUID, str]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(PLAIN.c.tenant_id, PLAIN.c.id, PLAIN.c.value)).all()
    return {id_: value for _, id_, value in rows}


def _reencryption(contacts: int) -> float:
    """Values a second, of a tenant whose key was rotated."""
    tenant = Tenant(name="Bench", slug=f"bench-{new_id()}", country="US")
    with transaction(platform_scope("benchmark")) as session:
        session.add(tenant)
    with transaction(tenant_scope(tenant.id)) as session:
        for first in range(0, contacts, CHUNK):
            session.execute(insert(Contact), [_contact(tenant.id, first + number) for number in range(CHUNK)])
    rotate(tenant.id)
    began = perf_counter()
    walked = reencrypt(tenant.id)
    taken = perf_counter() - began
    if walked.changed.total() != contacts or walked.left:
        raise RuntimeError(f"Not everything was encrypted anew: {walked}")
    return contacts / taken


def _contact(tenant_id: UUID, number: int) -> dict[str, Any]:
    id_ = new_id()
    sealed = seal_text(Place("contact", "phone", tenant_id, id_), f"+1650{number:07}")
    return {"id": id_, "tenant_id": tenant_id, "phone_sealed": sealed, "name": "Ada", "country": "US"}
