"""Webhooks of channels and of payment providers.

`GET /<channel>/<endpoint>` answers the provider's verification; `POST` checks the signature over the raw bytes, seals them,
appends them to the intake stream, and only then answers 200: what was answered is kept. When the stream cannot take it,
503 asks the provider to come again. Bodies are never logged, and those of channels never parsed here.

`POST /payments/<provider>` is a payment provider's: few come, so what they say is done before they are answered.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from aerostic.billing.payments.contract import PaymentProvider, SignatureError
from aerostic.billing.payments.settling import settle
from aerostic.db import new_id
from aerostic.flows.hooks.contract import Answer
from aerostic.messaging.inbound.endpoints import KEPT_SECONDS, Endpoint, find
from aerostic.messaging.inbound.received import Received
from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.errors import SecurityError
from aerostic.streams.intake import Intake, IntakeError
from aerostic.web.incoming.answers import refused, text
from aerostic.web.incoming.lookups import Lookups
from aerostic.web.incoming.request import Request
from aerostic.web.incoming.together import Together
from aerostic.web.incoming.watching import Watch
from aerostic.web.refusals import RETRY_SECONDS, Refusal

log = structlog.get_logger(__name__)
PAYMENTS = "payments"


class ChannelHooks:
    """Takes what they send, on an event loop: what asks a server does so in a thread.

    Args:
        app: holds the runtime; its context is pushed where the database is asked, not for each request.
        watch: looks at who sends.
    """

    def __init__(self, app: Flask, watch: Watch) -> None:
        runtime: Runtime = app.extensions[KEY]
        self._app = app
        self._intake = Intake(runtime.redis, runtime.settings.redis_prefix, runtime.settings.intake_stream_limit)
        self._together = Together[str, Mapping[bytes, bytes]](lambda _, webhooks: self._intake.append(*webhooks))
        self.lookups = Lookups(self._find, KEPT_SECONDS)
        self._watch = watch
        self._channels = {item.value.kind for item in runtime.registry.declared("register_channels")}
        providers = runtime.registry.declared("register_payment_providers")
        self._providers: dict[str, PaymentProvider] = {item.value.name: item.value for item in providers}

    async def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            return text(200, await self._answer(request))
        except Refusal as refusal:
            return refused(await asyncio.to_thread(self._refused, request, refusal))
        except (IntakeError, RedisError, SQLAlchemyError, SecurityError) as error:
            log.warning("webhook not taken", reason=type(error).__name__)
            return text(503, "The webhook could not be stored: send it again.", RETRY_SECONDS)

    def _refused(self, request: Request, refusal: Refusal) -> Refusal:
        channel = request.path.strip("/").partition("/")[0]
        known = channel in self._channels or channel == PAYMENTS
        return self._watch.refused(request, refusal, channel if known else "")

    async def _answer(self, request: Request) -> str:
        if request.method not in ("GET", "POST"):
            raise Refusal(405, "Webhooks are sent with POST, verifications with GET.")
        first, _, rest = request.path.strip("/").partition("/")
        if first == PAYMENTS and rest in self._providers:
            return await asyncio.to_thread(self._payment, request, self._providers[rest])
        found = await self.lookups.get(first, rest) if first and rest and "/" not in rest else None
        if found is None:
            raise Refusal(404, "There is no webhook at this address: copy it again from the channel's page.")
        return _verification(request, found) if request.method == "GET" else await self._webhook(request, found)

    def _find(self, channel: str, name: str) -> Endpoint | None:
        with self._app.app_context():
            return find(channel, name)

    async def _webhook(self, request: Request, endpoint: Endpoint) -> str:
        body = request.body
        if not endpoint.channel.verify(request.headers, body, endpoint.credentials):
            words = "The signature does not match: check the channel's app secret."
            raise Refusal(401, words, tenant_id=endpoint.tenant_id)
        received = Received(new_id(), endpoint.tenant_id, endpoint.account_id, endpoint.channel.kind, body)
        await self._together.keep(endpoint.channel.kind, received.to_fields())
        return ""

    def _payment(self, request: Request, provider: PaymentProvider) -> str:
        """Settle what a payment provider says. What is none of our payments is nobody's trouble: accounts may be shared."""
        if request.method != "POST":
            raise Refusal(405, "Webhooks of payments are sent with POST.")
        try:
            events = provider.webhook(request.body, request.headers)
        except SignatureError:
            raise Refusal(
                400, "The signature does not match: check the webhook's secret.", reason="signature"
            ) from None
        with self._app.app_context():
            problems = [settle(provider.name, event) for event in events]
        if any(problem not in ("", "unknown") for problem in problems):
            raise Refusal(409, "This is not what the payment was started as. Nothing was posted.")
        return ""


def _verification(request: Request, endpoint: Endpoint) -> str:
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    answer = endpoint.channel.challenge(query, endpoint.credentials)
    if answer is None:
        raise Refusal(403, "The verify token is not the one of this channel.")
    return answer
