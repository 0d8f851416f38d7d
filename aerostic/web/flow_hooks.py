"""`POST /flows/<token>`: another system starts a flow, and is answered by it. Served by the process of webhooks, before Flask.

What was answered is kept: the run and its journal are committed before.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from uuid import UUID

import orjson
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from aerostic.db import db, scoped, tenant_scope, transaction
from aerostic.flows.hooks import chain
from aerostic.flows.hooks.beginning import Begun, KeyReusedError, TakenOverError, answer_of, begin_run, go_quickly
from aerostic.flows.hooks.contract import Answer
from aerostic.flows.hooks.finding import Hook, Hooks, find
from aerostic.flows.hooks.keeping import PATH
from aerostic.flows.hooks.pace import Pace
from aerostic.flows.hooks.proving import genuine
from aerostic.flows.hooks.reading import LARGEST, Called, UnreadableError, seen
from aerostic.flows.hooks.writing import Together
from aerostic.flows.runs import quick
from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.errors import SecurityError
from aerostic.web.held.raw import Watch
from aerostic.web.raw import RETRY_SECONDS, STATUS, Environ, Headers, Refusal, StartResponse, body_of

log = structlog.get_logger(__name__)
LONGEST_KEY = 255
JSON = {"Content-Type": "application/json"}
# What a tenant lets us answer runs nowhere and shows nothing, should a browser come by.
GUARD = [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; sandbox")]
UNKNOWN = "No flow listens here: copy the address again, and see that the flow is published."
UNSIGNED = "Prove the webhook's secret: sign the body (X-Hub-Signature-256), or send it as `Authorization: Bearer`."


class FlowHooks:
    """The WSGI callable.

    Args:
        app: its context is pushed where the database is asked.
        watch: looks at who calls.
    """

    def __init__(self, app: Flask, watch: Watch) -> None:
        self._app = app
        self._watch = watch
        runtime: Runtime = app.extensions[KEY]
        self._hooks = Hooks(self._find)
        self._pace = Pace(runtime.settings.hook_pace)
        self._together = Together(self._write)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        try:
            answer = self._answer(environ)
        except Refusal as refusal:
            answer = _problem(self._watch.refused(environ, refusal, "flows"))
        except (SQLAlchemyError, SecurityError) as error:
            log.warning("a flow was not started", reason=type(error).__name__)
            answer = _problem(Refusal(503, "The call could not be kept: send it again.", RETRY_SECONDS))
        headers = [*answer.headers.items(), ("Content-Length", str(len(answer.body))), *GUARD]
        start_response(STATUS.get(answer.status) or f"{answer.status} Status", headers)
        return [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            raise Refusal(405, "Flows are started with POST.")
        hook = self._hooks.get(environ["PATH_INFO"].removeprefix(PATH))
        if hook is None:
            raise Refusal(404, UNKNOWN)
        headers, body = Headers(environ), body_of(environ, LARGEST)
        if not genuine(headers, body, hook.secrets):
            raise Refusal(401, UNSIGNED, tenant_id=hook.published.tenant_id)
        wait = self._pace.wait(hook.id)
        if wait:
            raise Refusal(429, "This webhook is called too often: call it again later.", ceil(wait))
        return _answered(self._begin(hook, _called(environ, headers, body)))

    def _find(self, token: str) -> Hook | None:
        with self._app.app_context():
            return find(token)

    def _write(self, tenant_id: UUID, rows: Sequence[quick.Row]) -> None:
        with self._app.app_context(), scoped(tenant_scope(tenant_id)), db.engine.begin() as connection:
            quick.insert(connection, rows)

    def _begin(self, hook: Hook, called: Called) -> Begun:
        passed = go_quickly(hook, called) if hook.quick and not called.key else None
        if passed:
            self._together.keep(hook.published.tenant_id, passed.row)
            return Begun(passed.row.id, passed.row.state, answer_of(hook.plan, passed.steps))
        try:
            with self._app.app_context(), transaction(tenant_scope(hook.published.tenant_id)) as session:
                return begin_run(session, hook, called)
        except KeyReusedError:
            raise Refusal(422, "This Idempotency-Key stood for another call: use a new one.") from None
        except TakenOverError:
            raise Refusal(409, "A person answers in this conversation, and flows keep silent.") from None


def _called(environ: Environ, headers: Headers, body: bytes) -> Called:
    key, told = headers.get("Idempotency-Key", ""), headers.get(chain.HEADER, "")
    if len(key) > LONGEST_KEY:
        raise Refusal(400, f"An Idempotency-Key may have {LONGEST_KEY} characters.")
    try:
        found = seen("POST", headers, environ.get("QUERY_STRING", ""), body)
        return Called(found, body, key, chain.read(told) if told else ())
    except UnreadableError as error:
        raise Refusal(error.status, str(error)) from None
    except chain.ChainError:
        raise Refusal(400, f"The {chain.HEADER} is not as it was sent: pass it on unchanged.") from None


def _answered(begun: Begun) -> Answer:
    """What the flow answers, or which run was begun."""
    run = {"Aerostic-Run": str(begun.run_id)}
    if begun.answer:
        return Answer(begun.answer.status, {**begun.answer.headers, **run}, begun.answer.body)
    return Answer(202, {**JSON, **run}, orjson.dumps({"run": begun.run_id, "state": begun.state}))


def _problem(refusal: Refusal) -> Answer:
    again = {"Retry-After": str(refusal.wait)} if refusal.wait else {}
    return Answer(refusal.status, {"Content-Type": "text/plain; charset=utf-8", **again}, str(refusal).encode())
