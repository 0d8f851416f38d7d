"""One contact: who it is, what they agreed to, and what happened."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity.models import User
from aerostic.messaging.contacts import timeline
from aerostic.messaging.contacts.consent import ConsentEntry, write_down
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.contacts.tags import names_of
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.models import ChannelNumber, Consent, Contact, Conversation, Suppression
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.contacts.table import CONSENT, CONSENT_COLORS, SOURCES
from aerostic.web.app.contacts.wording import FATES, said_where
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("contact", __name__)
HISTORY = 50


class Answer(BaseModel):
    """What the contact said about messages, as one of us writes it down."""

    state: Literal["granted", "withdrawn"]
    category: Literal["marketing", "all"] = "marketing"
    source: Annotated[str, Field(min_length=1, max_length=200)]
    day: date

    @field_validator("day")
    @classmethod
    def _past(cls, day: date) -> date:
        if day > datetime.now(get_timezone()).date():
            raise ValueError(_("Choose a day that is not in the future."))
        return day


@views.get("/contacts/<uuid:contact_id>")
@allowed("contacts.view")
def show(contact_id: UUID) -> ResponseReturnValue:
    """The contact's page."""
    return _page(contact_id, Form(Answer, initial={"day": _today()}))


@views.get("/contacts/<uuid:contact_id>/timeline")
@allowed("contacts.view")
def older(contact_id: UUID) -> ResponseReturnValue:
    """The part of the timeline behind what is shown."""
    with transaction(tenant_scope(current_tenant())) as session:
        contact = session.get(Contact, contact_id) or abort(404)
        happened, before = timeline.read(session, contact, Cursor.read(request.args.get("before", "")))
        return render("app/contacts/timeline.html", contact=contact, **_timeline(happened, before))


@views.post("/contacts/<uuid:contact_id>/consent")
@allowed("contacts.edit")
def answer(contact_id: UUID) -> ResponseReturnValue:
    """Write down what the contact said."""
    form = Form(Answer, request.form)
    if not form.valid:
        return _page(contact_id, form)
    tenant_id, given = current_tenant(), form.value
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.get(Contact, contact_id) or abort(404)
        entry = ConsentEntry(
            contact.id, given.state, f"person:{given.source}", _moment(given.day), given.category, current_user.user.id
        )
        told = write_down(session, tenant_id, entry)
    tell_plugins(tenant_id, told)
    toast(_("Written down."))
    return redirect(url_for("contact.show", contact_id=contact_id), 303)


def _page(contact_id: UUID, form: Form[Answer]) -> ResponseReturnValue:
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.get(Contact, contact_id) or abort(404)
        happened, before = timeline.read(session, contact)
        return render(
            "app/contacts/show.html",
            form=form,
            contact=contact,
            tags=names_of(session, tenant_id, [contact.id]).get(contact.id, []),
            suppressed=_suppressed(session, contact),
            history=_history(session, contact),
            conversations=_conversations(session, contact),
            numbers=_numbers(session, tenant_id),
            weekly=timeline.weekly(session, contact),
            sources=SOURCES,
            today=_today(),
            **_timeline(happened, before),
        ), form.status


def _timeline(happened: list[timeline.Happening], before: Cursor | None) -> dict[str, object]:
    return {
        "happened": happened,
        "before": before,
        "consent": CONSENT,
        "consent_colors": CONSENT_COLORS,
        "fates": FATES,
        "said_where": said_where,
    }


def _suppressed(session: Session, contact: Contact) -> set[str]:
    own = (Suppression.tenant_id == contact.tenant_id, Suppression.phone_index == contact.phone_index)
    return set(session.scalars(select(Suppression.category).where(*own))) if contact.phone_index else set()


def _history(session: Session, contact: Contact) -> list[tuple[Consent, str]]:
    """What the contact said, newest first, and who wrote it down."""
    own = (
        select(Consent, User.name)
        .outerjoin(User, User.id == Consent.user_id)
        .where(Consent.tenant_id == contact.tenant_id, Consent.contact_id == contact.id)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
        .limit(HISTORY)
    )
    return [(row[0], row[1] or "") for row in session.execute(own)]


def _conversations(session: Session, contact: Contact) -> list[Conversation]:
    own = select(Conversation).where(Conversation.tenant_id == contact.tenant_id, Conversation.contact_id == contact.id)
    return list(session.scalars(own.order_by(Conversation.last_message_at.desc().nulls_last())))


def _numbers(session: Session, tenant_id: UUID) -> list[ChannelNumber]:
    own = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id).order_by(ChannelNumber.created_at)
    return list(session.scalars(own))


def _moment(day: date) -> datetime:
    """Now, for today; the middle of a day that has passed."""
    zone = get_timezone()
    return utcnow() if day == datetime.now(zone).date() else datetime.combine(day, time(12), zone)


def _today() -> str:
    return datetime.now(get_timezone()).date().isoformat()
