"""Known people and secrets go through every feature, and are looked for afterwards in everything that anybody could read."""

import base64
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog
from flask import Flask
from psycopg import Connection
from redis import Redis

from aerostic.db import Event, emit, new_id, tenant_scope, transaction
from aerostic.jobs import work as work_module
from aerostic.jobs.queues import DEFAULT, IMPORTS, enqueue, queue
from aerostic.jobs.work import Step, WorkError
from aerostic.jobs.worker import Worker
from aerostic.messaging.imports.jobs import run_import
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import Contact
from aerostic.registry import runtime
from aerostic.security import logs, masking
from aerostic.testing.api import api_client
from aerostic.testing.people import Client, sign_in
from tests.core.messaging.inbound.shop import Shop
from tests.core.messaging.outbound.support import make_batch, run_worker, sending
from tests.support.canary import Canary, read_log, read_redis, read_tables

HOST = "app.localhost"
IMPORTED, TYPED, WROTE, RAISED, SENT = (
    "+4915223433344",
    "+14155552671",
    "+447911123456",
    "+5511961234567",
    "+14150000000",
)
TOKEN = "EAAGm0PX4ZCpsBAKZCabcdefgh12ijklmnop9Z1x"
OPAQUE = "q7Zk3v9QpX7sLw2NfT8bRy5HcJ4mGd6VaEoP1xUn"
PASSWORD = "Korvettenkapitaen-77"
ANN = "ann.canary@people-of-maple.org"
BEA = "bea.canary@people-of-maple.org"
EVE = "eve.canary@people-of-maple.org"
CANARY = Canary([IMPORTED, TYPED, WROTE, RAISED, SENT], [TOKEN, OPAQUE, PASSWORD, ANN, EVE])
# The members of a workspace sign in by their address, which their row and an open invitation hold as they are.
MEMBERS = Canary([], [BEA])


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """The log of this process, written as in earnest; afterwards the process logs as before."""
    known = [
        logging.root,
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in known]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning, logging.lastResort
    stream = io.StringIO()
    logs.configure(runtime().settings.model_copy(update={"log_level": "DEBUG"}), stream)
    yield stream
    logging.captureWarnings(False)
    structlog.reset_defaults()
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning, logging.lastResort = hooks
    for one in logging.root.manager.loggerDict.values():  # RQ's worker makes one, and quietens it
        if isinstance(one, logging.Logger):
            one.setLevel(logging.NOTSET)
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


def failing_job() -> None:
    """Dies with what it knew."""
    raise ValueError(f"no account for {RAISED} with {TOKEN} or {OPAQUE}; password={PASSWORD}, mail {EVE}")


def failing_view(**_: object) -> None:
    failing_job()


def failing_work(session: object, work: object) -> Step:
    raise WorkError(f"Row 3 holds {RAISED} and {EVE}.")


def everything(app: Flask, pages: list[Any]) -> UUID:
    """Every feature once, with the canary's values."""
    tenant_id = _people(app, pages)
    _contacts(app, tenant_id, pages)
    _messages(app)
    _failures(app, tenant_id, pages)
    return tenant_id


def _people(app: Flask, pages: list[Any]) -> UUID:
    shop = Shop.open()
    stranger = Client(app, app.response_class, use_cookies=True)
    owner = sign_in(app, shop.tenant_id, "owner", HOST)
    for email in (ANN, EVE):
        # These two show the form again with what was typed into it, to who typed it.
        stranger.post_form("/sign-in", {"email": email, "password": PASSWORD})
        stranger.post_form("/sign-in/forgot", {"email": email})
    pages.append(stranger.post_form("/sign-in/code", {"code": PASSWORD}))
    pages.append(stranger.get(f"/sign-in/reset/{OPAQUE}", headers={"Accept": "text/html"}))
    pages.append(stranger.get(f"/invites/{OPAQUE}?email={EVE}&phone={RAISED}", headers={"Accept": "text/html"}))
    owner.post_form("/team/invite", {"email": BEA, "role": "agent"})
    stranger.post_form("/sign-in/forgot", {"email": BEA})
    owner.post_form("/profile/password", {"old": PASSWORD, "password": PASSWORD})
    return shop.tenant_id


def _contacts(app: Flask, tenant_id: UUID, pages: list[Any]) -> None:
    owner = sign_in(app, tenant_id, "owner", HOST)
    owner.post_form("/contacts/new", {"phone": TYPED, "name": "Ada", "email": ANN})
    rows = f"phone,name,email\n{IMPORTED},Bob,{EVE}\n{IMPORTED}x{RAISED},Broken,{EVE}\n".encode()
    given = {"file": (io.BytesIO(rows), "list.csv"), "form_key": str(new_id())}
    answer = owner.post_form("/contacts/imports/new", given, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = answer.location.removesuffix("/columns")
    owner.post_form(f"{page}/columns", {"to": ["phone", "name", "email"]})
    owner.post_form(f"{page}/start")
    for job in queue(IMPORTS).jobs:
        run_import(*job.args)
    program = api_client(app, tenant_id)
    program.post("/api/v1/contacts", json={"phone": TYPED, "email": ANN})
    pages.append(program.post("/api/v1/contacts", json={"phone": [RAISED], "email": 7}))
    pages.append(program.post("/api/v1/messages", json={"to": RAISED, "text": "hello"}))
    wrong = {"Authorization": f"Bearer ak_0123456789ab_{OPAQUE}"}
    pages.append(
        Client(app, app.response_class).get("/api/v1/contacts", headers=wrong, base_url="https://api.localhost")
    )
    owner.get(f"/contacts?q={TYPED}")
    owner.post_form("/contacts/export", {"columns": ["phone"]})
    owner.post_form("/plugins/whatsapp", {"token": TOKEN, "app_secret": OPAQUE, "verify_token": OPAQUE})


def _messages(app: Flask) -> None:
    with sending() as where:
        make_batch(where, 1, prefix="+1415")
        run_worker(2.0)
        assert where.accepted() == [SENT[1:]]
    shop = Shop.open()
    [sent] = shop.send()
    failed = shop.status(sent, "failed", recipient_id=WROTE[1:], errors=[{"code": 131026, "title": f"to {WROTE}"}])
    consumer = WebhookConsumer(app)
    consumer.process(shop.entries(shop.said("call me", phone=WROTE[1:]), name="messages"))
    consumer.process([*shop.entries(failed), shop.entry(f'{{"from": "{WROTE}", token {TOKEN}'.encode())])
    consumer.process([shop.entry(shop.body({"wa_id": WROTE, "token": TOKEN}, field="never_seen"))])


def _failures(app: Flask, tenant_id: UUID, pages: list[Any]) -> None:
    owner, program = sign_in(app, tenant_id, "owner", HOST), api_client(app, tenant_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        for rule in app.url_map.iter_rules():
            if rule.rule in ("/", "/contacts", "/contacts/<uuid:contact_id>", "/api/v1/contacts"):
                patch.setitem(app.view_functions, rule.endpoint, failing_view)
        pages += [
            owner.get(path, headers={"Accept": "text/html"}) for path in ("/", f"/contacts/{new_id()}", "/contacts")
        ]
        pages.append(program.get("/api/v1/contacts"))
    enqueue(f"{__name__}.failing_job", name=DEFAULT)
    one = Worker([queue(DEFAULT)], connection=runtime().redis, serializer="json", log_job_description=False)
    one.work(burst=True, logging_level="DEBUG")
    with transaction(tenant_scope(tenant_id)) as session:
        asked = work_module.ask(session, tenant_id, "tests.fail", {}, user_id=None)
    work_module.run(asked.id, tenant_id, {"tests.fail": failing_work})
    thread = threading.Thread(target=failing_job)
    thread.start()
    thread.join()


def found(log: io.StringIO, admin: Connection, redis: Redis, pages: list[Any]) -> dict[str, str]:
    """All that can be read."""
    bodies = {
        f"page {n}": f"{page.status} {page.headers} {page.get_data(as_text=True)}" for n, page in enumerate(pages)
    }
    return read_log(log) | read_tables(admin) | read_redis(redis) | bodies


def test_nothing_of_known_people_and_secrets_can_be_read_anywhere(
    app: Flask, log: io.StringIO, admin: Connection, redis: Redis
) -> None:
    pages: list[Any] = []
    tenant_id = everything(app, pages)
    codes = [page.status_code for page in pages]
    assert ({401, 404, 422} <= set(codes), codes.count(500)) == (True, 4)
    with transaction(tenant_scope(tenant_id)) as session:
        assert {contact.phone for contact in session.query(Contact)} >= {IMPORTED, TYPED}
    texts = found(log, admin, redis, pages)
    assert "no account for <ph:" in texts["log"]
    assert any("no account for <ph:" in text for place, text in texts.items() if place.startswith("redis"))
    hits = CANARY.sweep(texts)
    assert hits == [], "\n".join(hits)
    own = {
        place: text
        for place, text in texts.items()
        if place not in ("table user", "table invitation", "table app_user")
    }
    assert MEMBERS.sweep(own) == []


@pytest.mark.parametrize("sink", ["log", "table", "outbox", "redis", "job", "page"])
def test_the_search_finds_a_value_in_each_place_where_one_could_be(
    app: Flask, log: io.StringIO, admin: Connection, redis: Redis, monkeypatch: pytest.MonkeyPatch, sink: str
) -> None:
    pages: list[Any] = []
    plant(sink, app, redis, pages, monkeypatch)
    places = {hit.partition(":")[0] for hit in CANARY.sweep(found(log, admin, redis, pages))}
    wanted = {
        "log": "log",
        "table": "table work",
        "outbox": "table outbox",
        "redis": "redis",
        "job": "redis",
        "page": "page",
    }
    assert any(place.startswith(wanted[sink]) for place in places)


def plant(sink: str, app: Flask, redis: Redis, pages: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One deliberate leak."""
    tenant_id = Shop.open().tenant_id
    if sink == "log":
        monkeypatch.setattr(masking, "mask", lambda text: text)
        logging.getLogger("aerostic.x").error("to %s", RAISED)
    elif sink == "table":
        with transaction(tenant_scope(tenant_id)) as session:
            work_module.ask(session, tenant_id, "tests.leak", {}, user_id=None).error = f"nobody at {RAISED}"
    elif sink == "outbox":
        with transaction(tenant_scope(tenant_id)) as session:
            emit(session, Event("work.changed", tenant_id, "x", {"kind": json.dumps({"x": EVE})}))
    elif sink == "redis":
        redis.hset(f"{runtime().settings.redis_prefix}:anything", "x", base64.b64encode(b"xy" + RAISED.encode()))
    elif sink == "job":
        monkeypatch.setattr("aerostic.jobs.worker.mask", lambda text: text)
        enqueue(f"{__name__}.failing_job", name=DEFAULT)
        one = Worker([queue(DEFAULT)], connection=runtime().redis, serializer="json", log_job_description=False)
        one.work(burst=True, logging_level="CRITICAL")
    else:
        pages.append(app.response_class(f"Nobody has {TYPED[:5]}-{TYPED[5:]}", status=404))
