"""A link by mail, for who has the right password and no second step where a password alone is not enough.

The session begins where the link is opened: it goes to the account's own address, so who only has the password gets nowhere.
"""

from uuid import UUID

import orjson
from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.tokens import digest_of, new_token
from aerostic.registry import runtime
from aerostic.web.pages.language import locale
from aerostic.web.pages.render import render
from aerostic.web.people import mailing
from aerostic.web.people.backoff import Limit
from aerostic.web.people.entering import proceed
from aerostic.web.people.outbox import is_open
from aerostic.web.sites import site

views = Blueprint("linked", __name__)
SECONDS = 900
MAILS = Limit("sign-in-link", 3)
SENT = "/sign-in/sent"


def send(user: User, wanted: str) -> None:
    """Send somebody a link, at most three in a quarter of an hour; the last one sent is as good as the first.

    Args:
        wanted: where the person wanted to go.
    """
    if MAILS.spend(str(user.id)):
        return
    token, _digest = new_token()
    kept = [str(user.id), _stamp(user), g.place.host, wanted]
    runtime().redis.set(_place(token), orjson.dumps(kept), ex=SECONDS)
    with transaction(SIGN_IN) as session:
        mailing.post(
            session,
            "sign_in_link",
            g.brand,
            user.email or "",
            language=user.locale or locale(),
            tenant_id=None,
            name=user.name,
            address=f"{site(g.place.host)}/sign-in/link/{token}",
        )
    mailing.wake()


@views.get(SENT)
def sent() -> ResponseReturnValue:
    """Say that a link is on its way."""
    return render("people/link_sent.html", outbox=is_open())


@views.get("/sign-in/link/<token>")
def show(token: str) -> ResponseReturnValue:
    """Ask for one more click: programs that look at mail open links, too."""
    if not runtime().redis.exists(_place(token)):
        return render("people/dead_link.html", kind="sign-in"), 404
    return render("people/link.html", token=token)


@views.post("/sign-in/link/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Sign in who opened the link; it is good once, on the host where it was asked for, and until there is a new password."""
    raw: bytes | None = runtime().redis.getdel(_place(token))  # type: ignore[assignment]
    user_id, stamp, host, wanted = orjson.loads(raw) if raw else ("", "", "", "")
    user = _active(user_id) if host == g.place.host else None
    if user is None or _stamp(user) != stamp:
        return render("people/dead_link.html", kind="sign-in"), 404
    return proceed(user, wanted)


def _active(user_id: str) -> User | None:
    with transaction(SIGN_IN) as session:
        user = session.get(User, UUID(user_id))
        return user if user and user.active else None


def _stamp(user: User) -> str:
    """Another one for each password."""
    return digest_of(user.password_hash).hex()


def _place(token: str) -> str:
    return f"{runtime().settings.redis_prefix}:sign-in-link:{digest_of(token).hex()}"
