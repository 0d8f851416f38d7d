"""The bodies of stored messages, those of templates with the text that was sent."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.kinds import body_of
from aerostic.messaging.models import ChannelNumber, Message, Template
from aerostic.messaging.templates.preview import sent
from aerostic.messaging.values import mapping, text
from aerostic.security.columns import open_rows
from aerostic.words import N_

Name = tuple[UUID, str, str]
FORGOTTEN = Body("forgotten", notice=N_("What this message said is not kept any longer."))


def bodies(session: Session, tenant_id: UUID, messages: Iterable[Message]) -> dict[UUID, Body]:
    """What messages say, by their ids."""
    rows = list(messages)
    opened = open_rows("message", "content", [(tenant_id, row.id, row.content_sealed) for row in rows])
    contents = {row.id: _content(row, content) for row, content in zip(rows, opened, strict=True)}
    named = {row.id: _name(row, contents[row.id]) for row in rows if contents[row.id].get("type") == "template"}
    known = _components(session, tenant_id, set(named.values()))
    said = {
        id_: sent(mapping(content.get("template")), known.get(named[id_])) if id_ in named else body_of(content)
        for id_, content in contents.items()
    }
    return said | {row.id: FORGOTTEN for row in rows if row.content_sealed is None}


def _content(row: Message, content: Any) -> dict[str, Any]:
    """What we send is kept together with whom it goes to."""
    return mapping(mapping(content).get("content")) if row.direction == "out" else mapping(content)


def _name(row: Message, content: dict[str, Any]) -> Name:
    template = mapping(content.get("template"))
    return row.number_id, text(template.get("name")), text(mapping(template.get("language")).get("code"))


def _components(session: Session, tenant_id: UUID, names: set[Name]) -> dict[Name, list[Any]]:
    """The texts of templates, as they are now, by number, name and language."""
    if not names:
        return {}
    query = (
        select(ChannelNumber.id, Template.name, Template.language, Template.components)
        .join(Template, Template.account_id == ChannelNumber.account_id)
        .where(
            Template.tenant_id == tenant_id,
            tuple_(ChannelNumber.id, Template.name, Template.language).in_(sorted(names)),
        )
    )
    return {(row.id, row.name, row.language): row.components for row in session.execute(query)}
