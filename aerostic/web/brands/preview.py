"""A draft seen on the real pages, by the one person who asked for it."""

from uuid import UUID

from flask import Flask, current_app, g, request, session
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from aerostic.db import reseller_scope, transaction
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import draft_of
from aerostic.tenancy.brands.finding import brand_of_design
from aerostic.web.brands.current import dress

PARAMETER = "preview"
SECONDS = 1800


def preview_token(user_id: UUID, reseller_id: UUID) -> str:
    """Lets this person see this reseller's draft for half an hour."""
    return _signer().dumps([str(user_id), str(reseller_id)])


def init_preview(app: Flask) -> None:
    """Heed `?preview=<token>` on pages; it holds for the session, until it expires or `?preview=` ends it."""
    app.before_request(_preview)


def _preview() -> None:
    if "place" not in g or g.place.area != "app":
        return
    token = request.args.get(PARAMETER)
    if token is not None:
        session[PARAMETER] = token
    if not session.get(PARAMETER):
        session.pop(PARAMETER, None)
        return
    reseller_id = _whose(session[PARAMETER])
    if reseller_id is None or g.place.reseller_id not in (None, reseller_id):
        session.pop(PARAMETER, None)
        return
    with transaction(reseller_scope(reseller_id)) as database:
        draft = draft_of(database, reseller_id)
        if draft:
            g.brand = dress(brand_of_design(database, reseller_id, Design.model_validate(draft.design)))
            g.preview = True


def _whose(token: str) -> UUID | None:
    """The reseller whose draft a token shows to the person who is signed in; None for every other token."""
    try:
        user_id, reseller_id = _signer().loads(token, max_age=SECONDS)
    except BadSignature:
        return None
    if not current_user.is_authenticated or str(current_user.user.id) != user_id:
        return None
    return UUID(reseller_id)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="brand-preview")
