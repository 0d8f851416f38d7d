"""Files of messages, fetched from the provider when somebody looks at them. Nothing is kept here."""

import asyncio
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.accounts import Line, line_of
from aerostic.messaging.bodies import Attachment
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.models import ChannelNumber, Message
from aerostic.words import N_

MOST_BYTES = 32 * 2**20
NO_FILE = N_("This message has no file.")


class File(NamedTuple):
    """A file's bytes, with the type and name its sender gave it: believe neither."""

    data: bytes
    type: str
    name: str


def fetch(tenant_id: UUID, message_id: UUID) -> File:
    """The file of a message.

    Raises:
        ChannelError: there is none, the provider has it no more, or it is too large to be shown.
    """
    line, attachment = _find(tenant_id, message_id)
    data, kind = asyncio.run(line.channel.download_media(line.account, attachment.media_id, MOST_BYTES))
    return File(data, kind.partition(";")[0].strip().lower(), attachment.name)


def _find(tenant_id: UUID, message_id: UUID) -> tuple[Line, Attachment]:
    with transaction(tenant_scope(tenant_id)) as session:
        row = session.scalar(select(Message).where(Message.tenant_id == tenant_id, Message.id == message_id))
        attachment = bodies(session, tenant_id, [row])[row.id].attachment if row else None
        if row is None or attachment is None or not attachment.media_id:
            raise ChannelError(NO_FILE)
        number = session.get_one(ChannelNumber, row.number_id)
        return line_of(session, number.account_id), attachment
