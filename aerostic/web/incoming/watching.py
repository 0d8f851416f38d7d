"""Where a raw request comes from, whether that address is blocked, and telling detectors of what was not taken from it."""

from flask import Flask

from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.restrictions import restrictions
from aerostic.streams.observed import Where, observe, pseudonym, quietly, where
from aerostic.web.incoming.request import Request
from aerostic.web.refusals import Refusal

# What detectors are told of a refusal, by its status.
REASONS = {400: "unreadable", 401: "signature", 403: "signature", 404: "unknown", 413: "unreadable"}
BLOCKED = (
    "Nothing is taken from your network at the moment: what came from there looked like an attack. Come back later."
)


class Watch:
    """Looks at who sends webhooks.

    Args:
        app: its context is pushed where flags are asked for.
    """

    def __init__(self, app: Flask) -> None:
        runtime: Runtime = app.extensions[KEY]
        self._app = app
        self._proxies = runtime.settings.proxies
        self._country = runtime.settings.country_header

    def refused(self, request: Request, refusal: Refusal, channel: str) -> Refusal:
        """Tell detectors of a webhook that was not genuine, and answer whom they have blocked in another way.

        What is rightly signed is taken from anywhere: providers' addresses are shared.

        Args:
            channel: which kind.
        """
        reason = refusal.reason or REASONS.get(refusal.status, "")
        if not reason:
            return refusal
        with quietly("webhook.refused"):
            place = self._where(request).fields()
            endpoint = pseudonym("endpoint", request.path)
            observe("webhook.refused", refusal.tenant_id, **place, channel=channel, endpoint=endpoint, reason=reason)
        return Refusal(403, BLOCKED) if self._is_blocked(request) else refusal

    def _is_blocked(self, request: Request) -> bool:
        subject = ("address", self._where(request).address)
        with self._app.app_context():
            flag = restrictions().of([subject]).get(subject) if subject[1] else None
        return flag is not None and flag.action == "block"

    def _where(self, request: Request) -> Where:
        """As far back as the proxies are ours."""
        address = request.address
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if self._proxies and len(told) >= self._proxies:
            address = told[-self._proxies]
        return where(address, request.headers.get(self._country, ""))
