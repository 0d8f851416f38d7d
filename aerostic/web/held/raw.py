"""Where a raw request comes from, whether that address is blocked, and telling detectors of what was not taken from it."""

from uuid import UUID

from flask import Flask

from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.restrictions import restrictions
from aerostic.streams.observed import Where, observe, pseudonym, quietly, where
from aerostic.web.raw import Environ, Refusal

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
        self._country = "HTTP_" + runtime.settings.country_header.upper().replace("-", "_")

    def refuse_blocked(self, environ: Environ) -> None:
        """Refuse whom detection has blocked.

        Raises:
            Refusal: 403.
        """
        address = self._where(environ).address
        if not address:
            return
        with self._app.app_context():
            flag = restrictions().of([("address", address)]).get(("address", address))
        if flag and flag.action == "block":
            raise Refusal(403, BLOCKED)

    def tell(self, environ: Environ, channel: str, reason: str, tenant_id: UUID | None = None) -> None:
        """Tell detectors that a webhook was not taken.

        Args:
            channel: which kind.
            reason: `signature`, `unknown` or `unreadable`.
            tenant_id: whose endpoint it is, where there is one.
        """
        with quietly("webhook.refused"):
            place = self._where(environ).fields()
            endpoint = pseudonym("endpoint", environ.get("PATH_INFO", ""))
            observe("webhook.refused", tenant_id, **place, channel=channel, endpoint=endpoint, reason=reason)

    def _where(self, environ: Environ) -> Where:
        """As far back as the proxies are ours."""
        address = environ.get("REMOTE_ADDR", "")
        told = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if self._proxies and len(told) >= self._proxies:
            address = told[-self._proxies]
        return where(address, environ.get(self._country, ""))
