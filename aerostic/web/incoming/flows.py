"""`POST /flows/<token>`: another system starts a flow, and is answered by it.

What was answered is kept: the run and its journal are committed before.
"""

import asyncio
from collections.abc import Sequence
from math import ceil
from time import perf_counter

import orjson
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from aerostic.db import db, scoped, tenant_scope, transaction
from aerostic.flows.hooks import chain
from aerostic.flows.hooks.beginning import Begun, KeyReusedError, TakenOverError, answer_of, begin_run, go_quickly
from aerostic.flows.hooks.contract import Answer
from aerostic.flows.hooks.finding import KEPT_SECONDS, Hook, find
from aerostic.flows.hooks.keeping import PATH
from aerostic.flows.hooks.lengths import Lengths
from aerostic.flows.hooks.pace import Pace
from aerostic.flows.hooks.proving import genuine
from aerostic.flows.hooks.reading import Called, UnreadableError, seen
from aerostic.flows.runs import quick
from aerostic.flows.runs.beginnings import Published
from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.errors import SecurityError
from aerostic.web.incoming.answers import refused, text
from aerostic.web.incoming.lookups import Lookups
from aerostic.web.incoming.request import Request
from aerostic.web.incoming.together import Together
from aerostic.web.incoming.watching import Watch
from aerostic.web.refusals import RETRY_SECONDS, Refusal

log = structlog.get_logger(__name__)
LONGEST_KEY = 255
JSON = {"Content-Type": "application/json"}
UNKNOWN = "No flow listens here: copy the address again, and see that the flow is published."
UNSIGNED = "Prove the webhook's secret: sign the body (X-Hub-Signature-256), or send it as `Authorization: Bearer`."


class FlowHooks:
    """Answers calls, on an event loop: what asks the database does so in a thread.

    Args:
        app: its context is pushed where the database is asked.
        watch: looks at who calls.
    """

    def __init__(self, app: Flask, watch: Watch) -> None:
        self._app = app
        self._watch = watch
        runtime: Runtime = app.extensions[KEY]
        self.lookups = Lookups(self._find, KEPT_SECONDS)
        self._pace = Pace(runtime.settings.hook_pace)
        self._together = Together(self._write)
        self._lengths = Lengths()

    async def __call__(self, request: Request) -> Answer:
        """Answer one call."""
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return refused(await asyncio.to_thread(self._watch.refused, request, refusal, "flows"))
        except (SQLAlchemyError, SecurityError) as error:
            log.warning("a flow was not started", reason=type(error).__name__)
            return text(503, "The call could not be kept: send it again.", RETRY_SECONDS)

    async def _answer(self, request: Request) -> Answer:
        if request.method != "POST":
            raise Refusal(405, "Flows are started with POST.")
        hook = await self.lookups.get(request.path.removeprefix(PATH))
        if hook is None:
            raise Refusal(404, UNKNOWN)
        if not genuine(request.headers, request.body, hook.secrets):
            raise Refusal(401, UNSIGNED, tenant_id=hook.published.tenant_id)
        wait = self._pace.wait(hook.id)
        if wait:
            raise Refusal(429, "This webhook is called too often: call it again later.", ceil(wait))
        called = _called(request)
        begun = await self._quickly(hook, called) if hook.quick and not called.key else None
        if begun is None:
            begun = await asyncio.to_thread(self._begin, hook, called)
        return _answered(begun)

    async def _quickly(self, hook: Hook, called: Called) -> Begun | None:
        if self._lengths.slow(hook.id):
            passed = await asyncio.to_thread(go_quickly, hook, called)
        else:
            began = perf_counter()
            passed = go_quickly(hook, called)
            self._lengths.took(hook.id, perf_counter() - began)
        if passed is None:
            return None
        await self._together.keep(hook.published, passed.row)
        return Begun(passed.row.id, passed.row.state, answer_of(hook.plan, passed.steps))

    def _find(self, token: str) -> Hook | None:
        with self._app.app_context():
            return find(token)

    def _write(self, version: Published, rows: Sequence[quick.Row]) -> None:
        with self._app.app_context(), scoped(tenant_scope(version.tenant_id)), db.engine.begin() as connection:
            quick.insert(connection, version, rows)

    def _begin(self, hook: Hook, called: Called) -> Begun:
        try:
            with self._app.app_context(), transaction(tenant_scope(hook.published.tenant_id)) as session:
                return begin_run(session, hook, called)
        except KeyReusedError:
            raise Refusal(422, "This Idempotency-Key stood for another call: use a new one.") from None
        except TakenOverError:
            raise Refusal(409, "A person answers in this conversation, and flows keep silent.") from None


def _called(request: Request) -> Called:
    headers, body = request.headers, request.body
    key, told = headers.get("Idempotency-Key", ""), headers.get(chain.HEADER, "")
    if len(key) > LONGEST_KEY:
        raise Refusal(400, f"An Idempotency-Key may have {LONGEST_KEY} characters.")
    try:
        found = seen("POST", headers, request.query, body)
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
