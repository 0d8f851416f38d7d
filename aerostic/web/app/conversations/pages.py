"""The list of conversations, and one of them beside it."""

from dataclasses import dataclass
from typing import Any, cast, get_args
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.identity.models import User
from aerostic.messaging.conversations import thread
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.conversations.listing import Filters, Only, listing
from aerostic.messaging.conversations.thread import Thread
from aerostic.messaging.models import ChannelNumber, Contact, Conversation
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.conversations.blueprint import views
from aerostic.web.app.conversations.composer import Composer
from aerostic.web.app.conversations.window import Window
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One conversation on the page. `handler` is the name of the person who answers, where that is known."""

    conversation: Conversation
    contact: Contact
    number: ChannelNumber
    window: Window
    handler: str
    thread: Thread
    composer: Composer


@views.get("/conversations")
@allowed("conversations.view")
def index() -> ResponseReturnValue:
    """The list, and room for a conversation."""
    return page(None)


@views.get("/conversations/<uuid:conversation_id>")
@allowed("conversations.view")
def show(conversation_id: UUID) -> ResponseReturnValue:
    """One conversation beside the list."""
    return page(conversation_id)


def page(conversation_id: UUID | None, **composing: Any) -> str:
    """The page; 404 for a conversation that the workspace does not have.

    Args:
        composing: what was typed and refused, see `Composer.of`.
    """
    tenant_id = current_tenant()
    filters = _filters()
    after = Cursor.read(request.args.get("after", ""))
    with transaction(tenant_scope(tenant_id)) as session:
        chosen = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id).order_by(ChannelNumber.id)
        numbers = session.scalars(chosen).all()
        found = listing(session, tenant_id, filters, after)
        shown = _shown(session, tenant_id, conversation_id, composing) if conversation_id else None
    query = {name: value for name, value in request.args.items() if name in ("q", "only", "number") and value}
    return render(
        "app/conversations/page.html",
        filters=filters,
        query=query,
        listing=found,
        numbers=numbers,
        shown=shown,
        window_of=Window.of,
    )


def _filters() -> Filters:
    """What the address asks for; what it does not know is ignored."""
    only, number = request.args.get("only", ""), request.args.get("number", "")
    return Filters(
        search=request.args.get("q", "").strip()[:LONGEST_SEARCH],
        only=cast(Only, only if only in get_args(Only) else ""),
        number_id=_uuid(number),
    )


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _shown(session: Session, tenant_id: UUID, conversation_id: UUID, composing: dict[str, Any]) -> Shown:
    own = (Conversation.tenant_id == tenant_id, Conversation.id == conversation_id)
    conversation = session.scalar(select(Conversation).where(*own))
    if conversation is None:
        abort(404)
    before, since = (Cursor.read(request.args.get(name, "")) for name in ("before", "since"))
    return Shown(
        conversation,
        session.get_one(Contact, conversation.contact_id),
        session.get_one(ChannelNumber, conversation.number_id),
        Window.of(conversation),
        _handler(session, conversation),
        thread.read(session, conversation, before, since=since),
        Composer.of(session, conversation, **composing),
    )


def _handler(session: Session, conversation: Conversation) -> str:
    user = session.get(User, conversation.handled_by_user) if conversation.handled_by_user else None
    return user.name if user else ""
