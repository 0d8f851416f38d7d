"""Webhook intake: a small WSGI callable before Flask, since a webhook needs no page machinery and Meta sends thousands a second.

`GET /<channel>/<endpoint>` answers the provider's verification; `POST` checks the signature over the raw bytes, seals them,
appends them to the intake stream, and only then answers 200: what was answered is kept. When the stream cannot take it,
503 asks the provider to come again. Bodies are never logged, and those of channels never parsed here.

`POST /payments/<provider>` is a payment provider's: few come, so what they say is done before they are answered.

`POST /flows/<token>` starts a flow: see flow_hooks.py.
"""

import gc
import sys
from collections.abc import Iterable
from urllib.parse import parse_qsl

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from aerostic.billing.payments.contract import PaymentProvider, SignatureError
from aerostic.billing.payments.settling import settle
from aerostic.db import db, new_id
from aerostic.db.engine import check_role, init_database
from aerostic.db.redis import connect
from aerostic.flows.hooks import keeping
from aerostic.messaging.inbound.endpoints import Endpoint, Endpoints, find
from aerostic.messaging.inbound.received import Received
from aerostic.registry import Runtime, load_registry
from aerostic.registry.runtime import KEY
from aerostic.security.errors import SecurityError
from aerostic.security.logs import configure
from aerostic.security.setup import init_keys
from aerostic.settings import Settings, get_settings
from aerostic.streams.intake import Intake, IntakeError
from aerostic.streams.observed import init_observing
from aerostic.web.flow_hooks import FlowHooks
from aerostic.web.held.raw import Watch
from aerostic.web.raw import RETRY_SECONDS, STATUS, Environ, Headers, Refusal, StartResponse, body_of

log = structlog.get_logger(__name__)
PAYMENTS = "payments"
FLOWS = keeping.PATH
SWITCH_SECONDS = 0.02


class WebhookIntake:
    """The WSGI callable.

    Args:
        app: holds the runtime; its context is pushed where the database is asked, not for each request.
    """

    def __init__(self, app: Flask) -> None:
        runtime: Runtime = app.extensions[KEY]
        self._app = app
        self._limit = runtime.settings.intake_limit_bytes
        self._intake = Intake(runtime.redis, runtime.settings.redis_prefix, runtime.settings.intake_stream_limit)
        self._endpoints = Endpoints(self._find)
        self._watch = Watch(app)
        self._flows = FlowHooks(app, self._watch)
        self._channels = {item.value.kind for item in runtime.registry.declared("register_channels")}
        providers = runtime.registry.declared("register_payment_providers")
        self._providers: dict[str, PaymentProvider] = {item.value.name: item.value for item in providers}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO", "").startswith(FLOWS):
            return self._flows(environ, start_response)
        try:
            status, text = 200, self._answer(environ)
        except Refusal as refusal:
            refusal = self._refused(environ, refusal)
            status, text = refusal.status, str(refusal)
        except (IntakeError, RedisError, SQLAlchemyError, SecurityError) as error:
            log.warning("webhook not taken", reason=type(error).__name__)
            status, text = 503, "The webhook could not be stored: send it again."
        body = text.encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        headers.append(("X-Content-Type-Options", "nosniff"))
        if status == 503:
            headers.append(("Retry-After", str(RETRY_SECONDS)))
        start_response(STATUS[status], headers)
        return [body]

    def _refused(self, environ: Environ, refusal: Refusal) -> Refusal:
        channel = environ.get("PATH_INFO", "").strip("/").partition("/")[0]
        known = channel in self._channels or channel == PAYMENTS
        return self._watch.refused(environ, refusal, channel if known else "")

    def _answer(self, environ: Environ) -> str:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "POST"):
            raise Refusal(405, "Webhooks are sent with POST, verifications with GET.")
        first, _, rest = environ.get("PATH_INFO", "").strip("/").partition("/")
        if first == PAYMENTS and rest in self._providers:
            return self._payment(environ, self._providers[rest])
        endpoint = self._endpoint(environ)
        return self._verification(environ, endpoint) if method == "GET" else self._webhook(environ, endpoint)

    def _endpoint(self, environ: Environ) -> Endpoint:
        channel, _, name = environ.get("PATH_INFO", "").strip("/").partition("/")
        found = None
        if channel and name and "/" not in name:
            found = self._endpoints.get(channel, name)
        if found is None:
            raise Refusal(404, "There is no webhook at this address: copy it again from the channel's page.")
        return found

    def _find(self, channel: str, name: str) -> Endpoint | None:
        with self._app.app_context():
            return find(channel, name)

    def _verification(self, environ: Environ, endpoint: Endpoint) -> str:
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        answer = endpoint.channel.challenge(query, endpoint.credentials)
        if answer is None:
            raise Refusal(403, "The verify token is not the one of this channel.")
        return answer

    def _webhook(self, environ: Environ, endpoint: Endpoint) -> str:
        body = body_of(environ, self._limit)
        if not endpoint.channel.verify(Headers(environ), body, endpoint.credentials):
            words = "The signature does not match: check the channel's app secret."
            raise Refusal(401, words, tenant_id=endpoint.tenant_id)
        received = Received(new_id(), endpoint.tenant_id, endpoint.account_id, endpoint.channel.kind, body)
        self._intake.append(received.to_fields())
        return ""

    def _payment(self, environ: Environ, provider: PaymentProvider) -> str:
        """Settle what a payment provider says. What is none of our payments is nobody's trouble: accounts may be shared."""
        if environ["REQUEST_METHOD"] != "POST":
            raise Refusal(405, "Webhooks of payments are sent with POST.")
        try:
            events = provider.webhook(body_of(environ, self._limit), Headers(environ))
        except SignatureError:
            raise Refusal(
                400, "The signature does not match: check the webhook's secret.", reason="signature"
            ) from None
        with self._app.app_context():
            problems = [settle(provider.name, event) for event in events]
        if any(problem not in ("", "unknown") for problem in problems):
            raise Refusal(409, "This is not what the payment was started as. Nothing was posted.")
        return ""


def create_intake(settings: Settings | None = None) -> WebhookIntake:
    """The intake with what it needs of the platform: database, keys, plugins, stream. For a server of its own.

    Args:
        settings: the process's own, read from the environment, when left out; then logging is set up, too.

    Raises:
        KeyMissingError, ValueError, PluginError, UnsafeRoleError: what is wrong, and what to do about it.
    """
    if settings is None:
        settings = get_settings()
        configure(settings)
    app = Flask("aerostic.intake")
    init_database(app, settings.database_url)
    registry = load_registry(settings)
    init_keys(settings, registry)
    app.extensions[KEY] = Runtime(settings, registry, connect(settings))
    init_observing(settings, app.extensions[KEY].redis)
    with app.app_context():
        check_role(db.engine)
    # What is loaded by now is never garbage: looking through it again and again is what the slowest answers waited for.
    gc.collect()
    gc.freeze()
    # A call is short and ends by waiting for its commit: it is faster gone through than interrupted for another in the middle.
    sys.setswitchinterval(SWITCH_SECONDS)
    return WebhookIntake(app)
