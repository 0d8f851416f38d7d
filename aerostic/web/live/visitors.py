"""Who is at the other end of a stream: the application is asked as by any request of the same browser."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask, g
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from aerostic.web.pages.access import granted, in_platform_console


class RefusedError(Exception):
    """Nobody who may listen. `status` is the answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


# What a session may be judged by.
SHOWN = ("Cookie", "User-Agent", "X-Forwarded-For")


@dataclass(frozen=True, slots=True)
class Card:
    """What a browser shows of itself. Streams with the same card are one person's."""

    host: str
    address: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at work in a tenant, and what the role permits there; without a tenant, in the platform's console."""

    user_id: UUID
    tenant_id: UUID | None
    permissions: frozenset[str]


def visitor_of(app: Flask, card: Card) -> Visitor:
    """The person of a card, as things are now: host, session, membership and role are looked up anew.

    Raises:
        RefusedError: 421 for a host that is not served, 401 without a session, 403 without a tenant, but for the platform's
            people in its console.
    """
    environ = create_environ("/live", base_url=f"https://{card.host}/", headers=dict(card.headers))
    environ["REMOTE_ADDR"] = card.address
    with app.request_context(environ):
        try:
            answer = app.preprocess_request()
        except HTTPException as error:
            raise RefusedError(error.code or 500) from None
        if not current_user.is_authenticated:
            raise RefusedError(401)
        if answer is None and in_platform_console():
            return Visitor(current_user.user.id, None, frozenset())
        if answer is not None or g.get("tenant_id") is None:
            raise RefusedError(403)
        return Visitor(current_user.user.id, g.tenant_id, granted())
