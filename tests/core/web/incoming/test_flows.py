"""Another system starts a flow at its address, and is answered by it; whatever else comes there is refused with a reason."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.hooks import beginning, chain, keeping
from aerostic.flows.hooks.pace import Pace
from aerostic.flows.hooks.reading import LARGEST
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal, quick
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import Contact, Conversation
from aerostic.tenancy.models import Tenant, TenantPlugin
from aerostic.tenancy.plugins import disable_plugin
from aerostic.web.incoming.server import Incoming
from tests.support.factories import TESTS, make_account, make_contact, make_number, make_tenant
from tests.support.incoming import Answered, reply

ANSWERS = {"status": 201, "data": {"hello": "{{ trigger.body.name }}", "n": "{{ trigger.body.n + 1 }}"}}
SLOWLY = ("wait", "logic.wait", {"amount": 5})
ABOUT = {"phone": "{{ trigger.body.phone }}", "name": "{{ trigger.body.name }}"}
KEYED = ((1, "a"), (1, "a"), (2, "b"))


class Caller:
    """A published flow that begins with a webhook, and somebody who calls it."""

    def __init__(
        self, app: Flask, *steps: tuple[str, str, dict[str, Any]], trigger: dict[str, Any] | None = None
    ) -> None:
        self.tenant_id = make_tenant(plugins=("http", "logic", "messages", "whatsapp")).id
        self.incoming = Incoming(app)
        self.flow_id = self.publish(*steps, trigger=trigger)
        with transaction(tenant_scope(self.tenant_id)) as session:
            (hook,) = keeping.of_flow(session, self.flow_id)
            self.token, self.secret = hook.token, hook.secrets["now"]

    def publish(
        self,
        *steps: tuple[str, str, dict[str, Any]],
        trigger: dict[str, Any] | None = None,
        flow_id: UUID | None = None,
    ) -> UUID:
        nodes = [("in", "http.webhook", trigger or {}), *steps]
        parts = [{"id": id_, "kind": kind, "config": config} for id_, kind, config in nodes]
        ways = [{"source": a[0], "target": b[0]} for a, b in pairwise(nodes)]
        document = Document.of({"nodes": parts, "edges": ways})
        with transaction(tenant_scope(self.tenant_id)) as session:
            made = drafts.create(session, self.tenant_id, "Flow", document, flow_id=flow_id)
            drafts.save(session, made.id, document, made.revision)
            drafts.publish(session, made.id, user_id=None)
            return made.id

    def __call__(self, sent: Any = None, *, raw: bytes | None = None, **environ: Any) -> Answered:
        """Call with a signed JSON body; what is given in `environ` stands instead, and what is None is left out."""
        body = orjson.dumps(sent) if raw is None else raw
        signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        told = {"PATH_INFO": f"/flows/{self.token}", "CONTENT_LENGTH": len(body), "CONTENT_TYPE": "application/json"}
        return reply(self.incoming, told | {"HTTP_X_HUB_SIGNATURE_256": signature, **environ}, body)

    def runs(self) -> list[FlowRun]:
        with transaction(tenant_scope(self.tenant_id)) as session:
            return list(session.scalars(select(FlowRun).order_by(FlowRun.id)))

    def path(self, run: FlowRun) -> str:
        with transaction(tenant_scope(self.tenant_id)) as session:
            steps = journal.read(session, session.get_one(FlowRun, run.id))
            return " ".join(f"{one.node}:{one.port or one.fate}" for one in steps)

    def later(self) -> None:
        """Let what the process remembers of addresses grow old."""
        self.incoming.flows.lookups.forget()


@pytest.fixture
def hello(app: Flask) -> Caller:
    return Caller(app, ("name", "logic.set", {"name": "n", "value": 1}), ("out", "http.respond", ANSWERS))


def test_a_call_is_answered_by_the_flow_and_its_run_is_kept(hello: Caller):
    answer = hello(
        {"name": "Zoë", "n": 41}, QUERY_STRING="a=1&b=2&b=3", HTTP_X_SHOPIFY_TOPIC="orders/paid", HTTP_COOKIE="c"
    )
    (run,) = hello.runs()
    assert (answer.status, answer.json) == (201, {"hello": "Zoë", "n": 42})
    assert answer.headers["Aerostic-Run"] == str(run.id)
    assert (run.state, run.steps, run.going, hello.path(run)) == ("ended", 3, None, "in:next name:next out:next")
    assert run.journal[0][5] == {
        "method": "POST",
        "body": {"name": "Zoë", "n": 41},
        "query": {"a": "1", "b": ["2", "3"]},
        "headers": {"content_type": "application/json", "x_shopify_topic": "orders/paid"},
    }


def test_a_flow_that_answers_nothing_or_waits_tells_its_run(app: Flask):
    silent = Caller(app, ("name", "logic.set", {"name": "n", "value": 1}))
    waits = Caller(app, SLOWLY, ("out", "http.respond", ANSWERS))
    for caller, state in ((silent, "ended"), (waits, "waiting")):
        answer = caller({})
        (run,) = caller.runs()
        assert (answer.status, answer.json, run.state) == (202, {"run": str(run.id), "state": state}, state)


def test_a_run_through_memory_is_kept_as_one_through_the_database(hello: Caller):
    hello({"name": "Ada", "n": 1})
    hello({"name": "Ada", "n": 1}, HTTP_IDEMPOTENCY_KEY="the ordinary way")
    quick, ordinary = hello.runs()
    assert [hello.path(run) for run in (quick, ordinary)] == ["in:next name:next out:next"] * 2
    own = {"id", "started_at", "ended_at", "journal_sealed"}
    names = [column.name for column in FlowRun.__table__.columns if column.name not in own]
    assert [getattr(quick, name) for name in names] == [getattr(ordinary, name) for name in names]
    assert [line[:8] for line in quick.journal] == [line[:8] for line in ordinary.journal]


def test_a_run_that_fails_tells_where_and_keeps_what_it_had(app: Flask):
    caller = Caller(app, ("bad", "logic.set", {"name": "n", "value": "{{ trigger.body.a / trigger.body.b }}"}))
    answer = caller({"a": 1, "b": 0})
    (run,) = caller.runs()
    assert (answer.status, answer.json) == (202, {"run": str(run.id), "state": "failed"})
    assert (run.state, run.reason, run.going["trigger"]["body"]) == ("failed", "expression", {"a": 1, "b": 0})


@pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents+json; charset=utf-8", None])
def test_json_is_read_by_its_type_or_by_its_looks(hello: Caller, content_type: str | None):
    assert hello({"name": "Ada", "n": 1}, CONTENT_TYPE=content_type).json == {"hello": "Ada", "n": 2}


def test_forms_and_texts_are_read_too(app: Flask):
    echo = Caller(app, ("out", "http.respond", {"data": {"body": "{{ trigger.body }}"}}))
    form = echo(raw=b"name=Zo%C3%AB&tag=a&tag=b", CONTENT_TYPE="application/x-www-form-urlencoded")
    assert form.json == {"body": {"name": "Zoë", "tag": ["a", "b"]}}
    assert echo(raw="grüß".encode(), CONTENT_TYPE="text/plain; charset=utf-8").json == {"body": "grüß"}
    assert echo(raw=b"").json == {"body": ""}


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"HTTP_X_HUB_SIGNATURE_256": None}, 401),
        ({"HTTP_X_HUB_SIGNATURE_256": "sha256=" + "0" * 64}, 401),
        ({"HTTP_X_HUB_SIGNATURE_256": "sha256=\xe4"}, 401),
        ({"HTTP_X_HUB_SIGNATURE_256": None, "HTTP_AUTHORIZATION": "Bearer wrong"}, 401),
        ({"HTTP_X_HUB_SIGNATURE_256": None, "HTTP_AUTHORIZATION": "Bearer "}, 401),
        ({"PATH_INFO": "/flows/unknown"}, 404),
        ({"PATH_INFO": "/flows/"}, 404),
        ({"PATH_INFO": "/flows/\x00"}, 404),
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"CONTENT_LENGTH": str(LARGEST + 1)}, 413),
        ({"CONTENT_LENGTH": "many"}, 400),
        ({"CONTENT_TYPE": "image/png"}, 415),
        ({"HTTP_AEROSTIC_CHAIN": "forged"}, 400),
        ({"HTTP_IDEMPOTENCY_KEY": "k" * 256}, 400),
    ],
)
def test_what_is_not_as_it_has_to_be_is_refused_and_starts_nothing(hello: Caller, environ: dict[str, Any], status: int):
    answer = hello({"name": "Ada", "n": 1}, **environ)
    assert (answer.status, hello.runs()) == (status, [])
    assert answer.body.endswith(".")


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"\xff",
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000,
        b'"\\ud800"',
        b"NaN",
    ],
)
def test_hostile_json_is_refused(hello: Caller, raw: bytes):
    assert (hello(raw=raw).status, hello.runs()) == (400, [])


def test_json_may_be_as_deep_as_it_says(hello: Caller):
    deep = b"[" * 32 + b"1" + b"]" * 32
    assert [hello(raw=raw).status for raw in (deep, b"[%s,[]]" % deep[1:-1])] == [202, 202]


def test_the_secret_may_be_sent_as_a_token(hello: Caller):
    token = f"Bearer {hello.secret}"
    assert hello({"name": "Ada", "n": 1}, HTTP_X_HUB_SIGNATURE_256=None, HTTP_AUTHORIZATION=token).status == 201
    assert hello({"name": "Ada", "n": 1}, HTTP_X_HUB_SIGNATURE_256="sha256=00", HTTP_AUTHORIZATION=token).status == 401


def test_a_new_secret_counts_at_once_and_the_one_before_for_a_day(hello: Caller, monkeypatch: pytest.MonkeyPatch):
    old = hello.secret
    with transaction(tenant_scope(hello.tenant_id)) as session:
        (hook,) = keeping.of_flow(session, hello.flow_id)
        new = keeping.rotate(session, hook)
    hello.later()
    for hello.secret in (old, new):
        assert hello({"name": "Ada", "n": 1}).status == 201
    monkeypatch.setattr(keeping, "utcnow", lambda: utcnow() + keeping.OVERLAP)
    hello.later()
    assert [hello({"name": "Ada", "n": 1}).status for hello.secret in (old, new)] == [401, 201]


def test_the_secret_is_sealed_and_who_looks_at_it_is_noted(hello: Caller, admin: Any):
    kept = admin.execute("SELECT secrets_sealed FROM flow_hook").fetchone()[0]
    assert hello.secret.encode() not in kept
    with transaction(tenant_scope(hello.tenant_id)) as session:
        (hook,) = keeping.of_flow(session, hello.flow_id)
        assert keeping.reveal(session, hook) == hello.secret
    bodies = [body for (body,) in admin.execute("SELECT body FROM audit_pending ORDER BY position")]
    assert orjson.loads(bodies[-1])["action"] == "flow.hook_revealed"


def test_published_again_the_address_stays_and_the_new_version_answers(hello: Caller):
    assert hello({"name": "Ada", "n": 1}).status == 201
    hello.publish(("out", "http.respond", {"text": "two"}), flow_id=hello.flow_id)
    hello.later()
    answer = hello({})
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, "two", "text/plain; charset=utf-8")


def test_a_flow_that_is_paused_or_whose_plugin_is_off_or_whose_tenant_is_suspended_is_not_there(hello: Caller):
    with transaction(tenant_scope(hello.tenant_id)) as session:
        disable_plugin(session, hello.tenant_id, "logic")
    hello.later()
    assert hello({}).status == 404
    with transaction(TESTS) as session:
        session.execute(update(TenantPlugin).values(enabled=True))
        session.execute(update(Tenant).values(status="suspended"))
    hello.later()
    assert hello({}).status == 404
    with transaction(TESTS) as session:
        session.execute(update(Tenant).values(status="active"))
    hello.later()
    assert hello({"name": "Ada", "n": 1}).status == 201
    with transaction(tenant_scope(hello.tenant_id)) as session:
        drafts.pause(session, hello.flow_id)
    hello.later()
    assert hello({}).status == 404


def test_what_was_published_paused_or_switched_off_is_seen_within_a_second(
    hello: Caller, monkeypatch: pytest.MonkeyPatch
):
    now = [0.0]
    monkeypatch.setattr(hello.incoming.flows.lookups, "_clock", lambda: now[0])
    assert hello({"name": "Ada", "n": 1}).status == 201
    with transaction(tenant_scope(hello.tenant_id)) as session:
        drafts.pause(session, hello.flow_id)
    found = []
    for now[0] in (0.0, 0.9, 1.0):
        found.append(hello({"name": "Ada", "n": 1}).status)
    assert found == [201, 201, 404]


def test_the_same_key_is_the_same_run_and_the_same_answer(hello: Caller):
    first, again, other = (hello({"name": "Ada", "n": n}, HTTP_IDEMPOTENCY_KEY=key) for n, key in KEYED)
    assert (first.status, first.json) == (201, {"hello": "Ada", "n": 2})
    assert (again.status, again.body, again.headers["Aerostic-Run"]) == (201, first.body, first.headers["Aerostic-Run"])
    assert other.json["n"] == 3
    assert hello({"name": "Eve", "n": 1}, HTTP_IDEMPOTENCY_KEY="a").status == 422
    assert len(hello.runs()) == 2


def test_a_key_is_forgotten_after_a_day(hello: Caller, monkeypatch: pytest.MonkeyPatch):
    hello({"name": "Ada", "n": 1}, HTTP_IDEMPOTENCY_KEY="a")
    monkeypatch.setattr(beginning, "utcnow", lambda: utcnow() + beginning.KEPT + timedelta(seconds=1))
    hello({"name": "Ada", "n": 1}, HTTP_IDEMPOTENCY_KEY="a")
    assert len(hello.runs()) == 2


def test_calls_with_one_key_at_the_same_time_are_one_run(hello: Caller):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: hello({"name": "Ada", "n": 1}, HTTP_IDEMPOTENCY_KEY="a"), range(8)))
    assert {(one.status, one.headers["Aerostic-Run"]) for one in answers} == {(201, str(hello.runs()[0].id))}
    assert len(hello.runs()) == 1


def test_calls_at_the_same_time_are_all_kept(hello: Caller):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: hello({"name": "Ada", "n": n}), range(60)))
    assert [one.json["n"] for one in answers] == list(range(1, 61))
    assert {one.headers["Aerostic-Run"] for one in answers} == {str(run.id) for run in hello.runs()}


def test_flows_that_call_each_other_over_http_are_stopped(hello: Caller):
    runs = [str(new_id()) for _ in range(21)]
    assert hello({"name": "Ada", "n": 1}, HTTP_AEROSTIC_CHAIN=chain.written(runs[:20])).status == 201
    stopped = hello({"name": "Ada", "n": 1}, HTTP_AEROSTIC_CHAIN=chain.written(runs))
    assert (stopped.status, stopped.json["state"], hello.runs()[-1].reason) == (202, "stopped", "chain")


def test_a_chain_cannot_be_made_or_shortened():
    runs = [str(new_id()) for _ in range(3)]
    sent = chain.written(runs)
    raw = urlsafe_b64decode(sent)
    assert chain.read(sent) == tuple(runs)
    for forged in (raw[16:], raw[:16] + raw[-16:], bytes(16), raw[:-1], b"", raw + bytes(16 * 64)):
        with pytest.raises(chain.ChainError):
            chain.read(urlsafe_b64encode(forged).decode())
    with pytest.raises(chain.ChainError):
        chain.read("\xe4")


def test_a_call_is_about_the_contact_whose_phone_it_holds(app: Flask):
    caller = Caller(app, ("out", "http.respond", {"data": {"who": "{{ contact.first_name }}"}}), trigger=ABOUT)
    contact = make_contact(caller.tenant_id, "+16502530000")
    number = make_number(caller.tenant_id, make_account(caller.tenant_id))
    with transaction(tenant_scope(caller.tenant_id)) as session:
        talk = open_conversation(session, caller.tenant_id, number.id, contact.id)
    assert caller({"phone": "(650) 253-0000"}).json == {"who": "Ada"}
    (run,) = caller.runs()
    assert (run.contact_id, run.conversation_id) == (contact.id, talk)
    with transaction(tenant_scope(caller.tenant_id)) as session:
        session.execute(update(Conversation).values(handled_by="person"))
    assert (caller({"phone": "+16502530000"}).status, len(caller.runs())) == (409, 1)


def test_an_unknown_phone_becomes_a_contact_only_where_that_is_allowed(app: Flask):
    for makes, names in ((False, []), (True, ["Eve"])):
        caller = Caller(app, trigger={**ABOUT, "makes": makes})
        assert caller({"phone": "+16502530000", "name": "Eve"}).status == 202
        with transaction(tenant_scope(caller.tenant_id)) as session:
            assert [one.name for one in session.scalars(select(Contact))] == names
        assert (caller.runs()[0].contact_id is not None) is makes


def test_a_call_without_a_phone_is_about_nobody(app: Flask):
    caller = Caller(app, trigger={**ABOUT, "makes": True})
    sent = [{"phone": ""}, {"phone": "ask me"}, {}, {"phone": "+16502530000", "name": "n" * 501}]
    assert [caller(one).json["state"] for one in sent] == ["ended", "ended", "ended", "failed"]
    assert {run.contact_id for run in caller.runs()} == {None}


def test_a_webhook_that_is_called_too_often_has_to_wait(hello: Caller):
    now = [0.0]
    hello.incoming.flows._pace = Pace(2, clock=lambda: now[0])
    sent = [hello({"name": "Ada", "n": 1}) for _ in range(21)]
    assert [one.status for one in sent] == [201] * 20 + [429]
    assert sent[-1].headers["Retry-After"] == "1"
    now[0] = 0.5
    assert [hello({"name": "Ada", "n": 1}).status for _ in range(2)] == [201, 429]


def test_without_the_database_the_caller_is_asked_to_come_again(hello: Caller, monkeypatch: pytest.MonkeyPatch):
    def gone(*_: Any) -> None:
        raise OperationalError("insert", {}, Exception("gone"))

    monkeypatch.setattr(quick, "insert", gone)
    answer = hello({"name": "Ada", "n": 1})
    assert (answer.status, answer.headers["Retry-After"], hello.runs()) == (503, "5", [])


def test_no_answer_of_a_tenant_runs_in_a_browser(hello: Caller):
    headers = hello({"name": "Ada", "n": 1}).headers
    assert (headers["X-Content-Type-Options"], headers["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
