"""Beginning a session: the row, the cookies, the event, and a mail where the device is new; and where to go then."""

import re

from flask import g, redirect, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from sqlalchemy.orm import Session

from aerostic.db import Event, emit, transaction
from aerostic.identity.devices import remember_device
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sessions import Entry, end_session, open_session
from aerostic.identity.sign_ins import note, note_refused
from aerostic.identity.totp import has_totp
from aerostic.security.vault import blind_index
from aerostic.web.pages.language import locale
from aerostic.web.people import mailing
from aerostic.web.people.backoff import visitor_key
from aerostic.web.people.devices import device_name, keep_device_token, known_device, network
from aerostic.web.people.telling import tell
from aerostic.web.sessions import TENANT, SignedIn, workspaces_of
from aerostic.web.sites import site

CONSOLES = {"platform": "/overview", "reseller": "/reseller"}
# Paths on this host: what a browser could take for the beginning of another host's address is none.
PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
# What the cookie holds of somebody between two steps.
WAITING, NEXT = "waiting", "next"


def proceed(user: User, wanted: str = "") -> ResponseReturnValue:
    """Go on after the right password: to the second step where the person has one, else into a session.

    Args:
        wanted: where the person wanted to go.
    """
    if not has_totp(user.id):
        begin(user)
        return redirect(onwards(wanted), 303)
    with transaction(SIGN_IN) as database:
        row = open_session(database, user.id, waiting=True)
    session.clear()
    session[WAITING], session[NEXT] = str(row.id), wanted
    return redirect("/sign-in/code", 303)


def begin(user: User, factor: str = "password", *, tenant: str | None = None) -> None:
    """Sign a person in, in a new session; one that this browser was in ends.

    Args:
        factor: by what they got in, one of `session_models.FACTORS`.
        tenant: the workspace they were in; left out, they are in theirs where there is only one.
    """
    if current_user.is_authenticated:
        end_session(current_user.user.id, current_user.session.id)
    account = user.email_index.hex()
    known = bool(known_device(account))
    token, device = keep_device_token(), device_name()
    with transaction(SIGN_IN) as database:
        row = open_session(database, user.id, factor=factor, device=device, address=network())
        is_new = remember_device(database, user.id, token)
        data = _data(account, factor) | {"user_id": str(user.id), "new_device": is_new}
        emit(database, Event("signin.succeeded", None, account, data))
        tell(account, "right", factor, known=known, user=str(user.id), session=database)
        note(database, user.id, "started", factor=factor, new_device=is_new)
        if is_new:
            _tell(database, user, device)
    if is_new:
        mailing.wake()
    session.clear()
    login_user(SignedIn(Entry(user, row)))
    workspaces = workspaces_of(user.id, g.place.reseller_id)
    if tenant or len(workspaces) == 1:
        session[TENANT] = tenant or str(workspaces[0].id)


def onwards(wanted: str) -> str:
    """Where to go after signing in: back to where one came from, on this host only; else where the person works."""
    if PATH.fullmatch(wanted):
        return wanted
    if current_user.user.staff:
        return CONSOLES[current_user.user.staff]
    return "/" if session.get(TENANT) else "/workspaces"


def note_failure(account: str, factor: str, email: str = "", *, known: bool = False) -> None:
    """Tell detectors and the platform's audit log of a try that was wrong; the account's workspaces hear of it by the event.

    Args:
        account: whose, as `address_key` makes it: it stands for an address without telling it; '' where it is not known.
        factor: what was wrong.
        email: what they called themselves, where they were asked; it is kept masked.
        known: whether it came from a device that the account has signed in with.
    """
    with transaction(SIGN_IN) as database:
        note_refused(database, factor, email)
        data = _data(account, factor) | {"network": network()}
        emit(database, Event("signin.failed", None, account or factor, data))
        tell(account, "wrong", factor, known=known, session=database)


def _data(account: str, factor: str) -> dict[str, str]:
    return {"account": account, "factor": factor, "origin": blind_index(None, "signin.origin", visitor_key()).hex()}


def _tell(database: Session, user: User, device: str) -> None:
    mailing.post(
        database,
        "new_device",
        g.brand,
        user.email or "",
        language=user.locale or locale(),
        tenant_id=None,
        name=user.name,
        device=device,
        network=network(),
        address=f"{site(g.place.host)}/profile/sessions",
    )
