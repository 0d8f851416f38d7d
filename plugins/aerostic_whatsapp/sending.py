"""Sending: one pool of connections for an account, and one POST a message, never repeated by itself.

Source: messages/send-messages. The API takes no idempotency key, so a try whose fate is not known for certain is reported
as such; what left for the provider is decided by whether the body was handed to the connection.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload
from yarl import URL

from aerostic.sdk import N_, Account, ErrorScope, Outbound, Sender, SendResult, Sent, http
from aerostic_whatsapp.answers import read_answer
from aerostic_whatsapp.settings import secret, settings_of

SECONDS = ClientTimeout(total=None, connect=10, sock_connect=10, sock_read=30)
KEEP_ALIVE_SECONDS = 30
KINDS = frozenset(
    ("text", "template", "image", "video", "audio", "document", "sticker", "interactive", "reaction", "location", "contacts")
)  # fmt: skip


class Body(BytesPayload):
    """A JSON body that knows whether it was handed to the connection.

    Headers and body leave in one write, which refuses as a whole when the connection is already closing.
    """

    handed = False

    def __init__(self, value: bytes) -> None:
        super().__init__(value, content_type="application/json")

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write, then remember it."""
        await writer.write(self._value)
        self.handed = True


class CloudSender:
    """An open pool for one account."""

    def __init__(self, session: ClientSession, root: str) -> None:
        self._session = session
        self._root = root
        self._addresses: dict[str, URL] = {}

    async def send(self, message: Outbound) -> SendResult:
        """Send one message; see `sdk.Sender`."""
        try:
            value = envelope(message)
        except ValueError as error:
            return SendResult(Sent.FAILED, reason=str(error))
        body = Body(value)
        try:
            async with self._session.post(self._address(message.number), data=body, allow_redirects=False) as answer:
                return read_answer(answer.status, await answer.read(), message.attempt)
        except (ClientError, TimeoutError, OSError) as error:
            return _broken(error, handed=body.handed)

    async def mark_read(self, number: str, provider_id: str, *, typing: bool = False) -> bool:
        """Tell the person that we have read up to a message; with `typing`, that an answer is being written.

        Returns:
            Whether the provider took it. Best effort: nothing depends on it.
        """
        value: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
        if typing:
            value["typing_indicator"] = {"type": "text"}
        try:
            async with self._session.post(
                self._address(number), data=Body(orjson.dumps(value)), allow_redirects=False
            ) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError, OSError):
            return False

    def _address(self, number: str) -> URL:
        address = self._addresses.get(number)
        if address is None:
            address = self._addresses[number] = URL(f"{self._root}{number}/messages")
        return address


def envelope(message: Outbound) -> bytes:
    """The request's JSON. A phone goes before a user id: that works for every type of message.

    Raises:
        ValueError: no recipient, or a type of message this channel cannot send.
    """
    kind = message.content.get("type")
    if kind not in KINDS or kind not in message.content:
        raise ValueError(N_("The message's content has no type that WhatsApp knows."))
    value = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": f"{message.id.hex}.{message.attempt}",
        **message.content,
    }
    if message.to:
        value["to"] = message.to
    elif message.user_id:
        value["recipient"] = message.user_id
    else:
        raise ValueError(N_("The contact has neither a phone number nor a WhatsApp user id."))
    return orjson.dumps(value)


def _broken(error: Exception, *, handed: bool) -> SendResult:
    if handed:
        return SendResult(Sent.UNKNOWN, reason=f"The connection broke before the answer came ({type(error).__name__}).")
    # An outage is nobody's fault: the number waits, and the message's tries are not counted against it.
    reason = f"WhatsApp could not be reached ({type(error).__name__})."
    return SendResult(Sent.RETRY, reason=reason, after=5.0, scope=ErrorScope.NUMBER)


@asynccontextmanager
async def open_session(account: Account, connections: int) -> AsyncIterator[ClientSession]:
    """Connections that stay open between requests, at most `connections` of them, with the account's token."""
    headers = {"Authorization": f"Bearer {secret(account.credentials, 'token')}", "User-Agent": "aerostic"}
    # The account's base_url is a tenant's: what it is called by today may lead into our own network tomorrow.
    connector = TCPConnector(limit=connections, keepalive_timeout=KEEP_ALIVE_SECONDS, resolver=http.guarded())
    jar = DummyCookieJar()  # the API sets none, and a jar is asked twice a request
    async with ClientSession(connector=connector, headers=headers, timeout=SECONDS, cookie_jar=jar) as session:
        yield session


@asynccontextmanager
async def open_sender(account: Account, connections: int) -> AsyncIterator[Sender]:
    """See `sdk.Channel.open_sender`."""
    async with open_session(account, connections) as session:
        yield CloudSender(session, settings_of(account).root)
