"""What people do in a conversation: answer, send a template, take over, hand back, begin one."""

from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.billing.errors import BillingError
from aerostic.db import tenant_scope, transaction
from aerostic.ledger import LedgerError
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.conversations.handling import hand_back, locked, open_conversation, take_over
from aerostic.messaging.conversations.replying import Answer, ReplyError, reply_template, reply_text
from aerostic.messaging.models import Conversation
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.conversations.blueprint import views
from aerostic.web.app.conversations.pages import page
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import toast

REFUSED = (ReplyError, ChannelError, BillingError, LedgerError)


class Reply(BaseModel):
    """Free words."""

    form_key: UUID
    words: str = ""


class TemplateReply(BaseModel):
    """A template, and what fills it."""

    form_key: UUID
    template: UUID


class Beginning(BaseModel):
    """Whom to talk with, and from which number."""

    contact: UUID
    number: UUID


@views.post("/conversations/<uuid:conversation_id>/reply")
@allowed("conversations.reply")
def reply(conversation_id: UUID) -> ResponseReturnValue:
    """Send free words."""
    form, words = Form(Reply, request.form), request.form.get("words", "")
    if not form.valid:
        return page(conversation_id, words=words, error=_("This form is not whole any more. Send it again.")), 422
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            reply_text(session, _answer(conversation_id, form.value.form_key), words)
    except REFUSED as error:
        return _refused(conversation_id, error, words=words)
    return _back(conversation_id)


@views.post("/conversations/<uuid:conversation_id>/template")
@allowed("conversations.reply")
def send_template(conversation_id: UUID) -> ResponseReturnValue:
    """Send a template."""
    form, values = Form(TemplateReply, request.form), request.form.getlist("value")
    if not form.valid:
        error = _("Choose a template first.")
        return page(conversation_id, template_id="choose", error=error), 422
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            reply_template(session, _answer(conversation_id, form.value.form_key), form.value.template, values)
    except REFUSED as error:
        return _refused(conversation_id, error, template_id=str(form.value.template), values=values)
    return _back(conversation_id)


@views.post("/conversations/<uuid:conversation_id>/take-over")
@allowed("conversations.reply")
def take(conversation_id: UUID) -> ResponseReturnValue:
    """From now on this person answers."""
    with transaction(tenant_scope(current_tenant())) as session:
        take_over(session, _conversation(session, conversation_id), current_user.user.id)
    toast(_("You answer here now. Bots keep silent until you hand the conversation back."))
    return _back(conversation_id)


@views.post("/conversations/<uuid:conversation_id>/hand-back")
@allowed("conversations.reply")
def give_back(conversation_id: UUID) -> ResponseReturnValue:
    """Bots may answer again."""
    with transaction(tenant_scope(current_tenant())) as session:
        hand_back(session, _conversation(session, conversation_id))
    toast(_("Bots may answer here again."))
    return _back(conversation_id)


@views.post("/conversations/begin")
@allowed("conversations.reply")
def begin() -> ResponseReturnValue:
    """Open the conversation of a contact with a number, also where they have not talked yet."""
    form = Form(Beginning, request.form)
    if not form.valid:
        abort(404)
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            id_ = open_conversation(session, current_tenant(), form.value.number, form.value.contact)
    except IntegrityError:
        abort(404)
    return _back(id_)


def _answer(conversation_id: UUID, key: UUID) -> Answer:
    return Answer(current_tenant(), conversation_id, current_user.user.id, key)


def _conversation(session: Session, conversation_id: UUID) -> Conversation:
    return locked(session, current_tenant(), conversation_id) or abort(404)


def _refused(conversation_id: UUID, error: Exception, **typed: object) -> ResponseReturnValue:
    """The page again, with what was typed, and why it was not sent."""
    return page(conversation_id, error=_(str(error)), **typed), 422


def _back(conversation_id: UUID) -> ResponseReturnValue:
    return redirect(f"/conversations/{conversation_id}", 303)
