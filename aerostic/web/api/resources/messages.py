"""Messages: sent to one contact, and looked up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.contacts.phones import PhoneError, normalise
from aerostic.messaging.conversations.direct import Order, send_template, send_text
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.conversations.replying import LONGEST, ReplyError
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import ChannelNumber, Contact, Message, Template
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.idempotency import request_name
from aerostic.web.api.paging import Page, Paging, page_of
from aerostic.web.api.problems import ApiError
from aerostic.web.api.rows import mine

blueprint = Blueprint("messages_api", __name__, tag="Messages", path="messages")
SOURCE = "api"
Value = Annotated[str, Field(max_length=1024)]


class Listing(Paging):
    """Whose messages."""

    contact_id: UUID


class TemplateIn(Data):
    """An approved template, and what stands in its places, in their order."""

    name: Annotated[str, Field(max_length=512)]
    language: Annotated[str, Field(max_length=16, description="As the template has it, such as en_US.")]
    values: Annotated[list[Value], Field(max_length=50)] = []


class MessageIn(Data):
    """A message: to a contact or a phone, with free words or a template.

    Free words reach a contact who has written within 24 hours. A phone that no contact has becomes a new contact's.
    """

    number_id: Annotated[UUID, Field(description="The number that sends.")]
    contact_id: UUID | None = None
    to: Annotated[str | None, Field(max_length=40, description="A phone with its country code.")] = None
    text: Annotated[str | None, Field(min_length=1, max_length=LONGEST)] = None
    template: TemplateIn | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.contact_id is None) == (self.to is None):
            raise ValueError("Give either contact_id or to.")
        if (self.text is None) == (self.template is None):
            raise ValueError("Give either text or template.")
        return self


class MessageOut(Data):
    """A message.

    `state` is how far we are with sending it (`planned`, `sending`, `accepted`, `failed`, `unknown`, `cancelled`, or
    `received` for one that came in), `status` what the provider has said since (`sent`, `delivered`, `read`, `failed`).
    """

    id: UUID
    number_id: UUID
    contact_id: UUID | None
    conversation_id: UUID | None
    direction: str
    kind: str
    text: str
    category: str
    source: str
    state: str
    status: str
    failure_code: int | None
    failure: str
    created_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    failed_at: datetime | None


@blueprint.get("")
@needs("conversations.view")
@blueprint.input(Listing, location="query")
@blueprint.output(Page[MessageOut])
def index(query_data: Listing) -> Page[MessageOut]:
    """List a contact's messages, out and in, the newest first."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        mine(session, Contact, query_data.contact_id)
        query = select(Message).where(Message.tenant_id == tenant_id, Message.contact_id == query_data.contact_id)
        found = page_of(session, query, query_data, Message.created_at, Message.id)
        return Page[MessageOut](data=_shown(session, found.rows), next_cursor=found.next_cursor)


@blueprint.post("")
@needs("conversations.reply")
@blueprint.input(MessageIn)
@blueprint.output(MessageOut, status_code=201)
def send(json_data: MessageIn) -> MessageOut:
    """Send a message. It needs an Idempotency-Key, so that nothing is sent twice."""
    name = request_name(required=True)
    with transaction(tenant_scope(current_tenant())) as session:
        number = mine(session, ChannelNumber, json_data.number_id)
        order = Order(
            number,
            _recipient(session, json_data),
            SOURCE,
            f"{SOURCE}:{g.api_key.id}:{name}",
            {"api_key_id": str(g.api_key.id)},
        )
        try:
            if json_data.template is None:
                sent = send_text(session, order, json_data.text or "")
            else:
                template = _template(session, number, json_data.template)
                sent = send_template(session, order, template, json_data.template.values)
        except ReplyError as error:
            raise ApiError(422, error.code, _(str(error))) from None
        return _shown(session, [mine(session, Message, sent.id)])[0]


@blueprint.get("/<uuid:message_id>")
@needs("conversations.view")
@blueprint.output(MessageOut)
def show(message_id: UUID) -> MessageOut:
    """Get a message."""
    with transaction(tenant_scope(current_tenant())) as session:
        return _shown(session, [mine(session, Message, message_id)])[0]


def _recipient(session: Session, data: MessageIn) -> UUID:
    if data.contact_id:
        return mine(session, Contact, data.contact_id).id
    try:
        phone = normalise(data.to or "", g.tenant.country)
    except PhoneError as error:
        raise ApiError(422, fields={"to": ROWS[error.trouble]}) from None
    return find_or_create(session, current_tenant(), [Person(phone.e164)], source=SOURCE)[0]


def _template(session: Session, number: ChannelNumber, wanted: TemplateIn) -> Template:
    named = (Template.name == wanted.name, Template.language == wanted.language)
    found = session.scalar(select(Template).where(Template.account_id == number.account_id, *named))
    if found is None:
        raise ReplyError("template")
    return found


def _shown(session: Session, rows: Sequence[Message]) -> list[MessageOut]:
    said = bodies(session, current_tenant(), rows)
    own = [name for name in MessageOut.model_fields if hasattr(Message, name)]
    return [
        MessageOut(
            **{name: getattr(row, name) for name in own},
            text=said[row.id].text,
            failure_code=row.error_code,
            failure=row.error,
        )
        for row in rows
    ]
