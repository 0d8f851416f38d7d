"""The channel contract: how messages leave and arrive through a provider.

Everything here is plain data, so that a channel plugin needs no database and the core no provider.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant's account with the provider, opened for use. Never log it: `credentials` are secrets."""

    id: UUID
    tenant_id: UUID
    external_id: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to send.

    Args:
        id: the message's id; with `attempt` it is echoed by the provider in every status.
        number: the provider's id of the sending number.
        to: E.164 with plus; None when only a user id is known.
        user_id: the provider's own id of the person, where known.
        content: what the channel's `template_content` made, or `{"type": ..., <type>: {...}}`.
    """

    id: UUID
    attempt: int
    number: str
    to: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)


class Sent(StrEnum):
    """What is known after a try to send."""

    ACCEPTED = "accepted"  # the provider has it
    FAILED = "failed"  # it was refused for good
    RETRY = "retry"  # it was certainly not taken; try later
    UNKNOWN = "unknown"  # it may have been taken: never sent again blindly


class ErrorScope(StrEnum):
    """How much an error stops."""

    MESSAGE = "message"
    RECIPIENT = "recipient"  # only this pair of number and recipient has to slow down
    TEMPLATE = "template"
    NUMBER = "number"  # slow the number down
    ACCOUNT = "account"  # stop the account and tell its people


@dataclass(frozen=True, slots=True)
class SendResult:
    """The answer to one try.

    Args:
        provider_id: the provider's message id, when accepted.
        code: the provider's error code; 0 for an error on the way.
        reason: what a person reads; without personal data.
        after: seconds to wait before a retry.
        scope: what an error applies to.
    """

    sent: Sent
    provider_id: str = field(default="", repr=False)
    code: int = 0
    reason: str = ""
    after: float = 0.0
    scope: ErrorScope = ErrorScope.MESSAGE


class Sender(Protocol):
    """An open connection pool for one account."""

    async def send(self, message: Outbound) -> SendResult:
        """Send one message. Never raises for what a provider or a network does: that is in the result."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a template that is filled in for each recipient.

    Args:
        component: `header`, `body` or `button`.
        index: position among the component's variables; for buttons, the button's position.
        name: its name, in templates with named parameters; else its number.
        kind: `text`, `url`, `copy_code`, or the media kind of a header.
        sample: the example it was approved with.
    """

    component: str
    index: int
    name: str
    kind: str = "text"
    sample: str = ""


@dataclass(frozen=True, slots=True)
class TemplateData:
    """A template as the provider has it."""

    external_id: str
    name: str
    language: str
    category: str
    status: str
    quality: str
    components: list[dict[str, Any]]
    parameter_format: str = "POSITIONAL"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NumberData:
    """A sending number as the provider has it. `pace` is in messages a second."""

    external_id: str
    display: str
    name: str
    quality: str
    status: str
    pace: int
    limit_tier: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message from a person. `phone` (E.164 with plus) or `user_id` may be missing, never both.

    Args:
        content: `{"type": ..., <type>: {...}}`, in the words of the Cloud API, which pages show messages by.
        text: what the person said in words, by typing, tapping or as a caption.
        reply_to: the provider's id of the message this one answers, or, by `kind`, is a `reaction` to, an `edit` or a
            `revoke` of.
    """

    number: str
    provider_id: str = field(repr=False)
    phone: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    username: str = field(repr=False)
    name: str = field(repr=False)
    time: datetime
    kind: str
    content: dict[str, Any] = field(repr=False)
    text: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message: `sent`, `delivered`, `read` or `failed`.

    `callback` is what was handed over with the message (`message_id`, `attempt`), where the provider echoes it. `pricing` is
    what the provider says of the message's price, as far as it does: `billable` (true or false), `category`, and `type`, its
    own word for why.
    """

    number: str
    provider_id: str = field(repr=False)
    status: Literal["sent", "delivered", "read", "failed"]
    time: datetime
    message_id: UUID | None = None
    attempt: int = 0
    code: int = 0
    reason: str = ""
    pricing: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreferenceChange:
    """A person stopped or resumed marketing in the provider's own application."""

    number: str
    phone: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    category: str
    allowed: bool
    time: datetime


@dataclass(frozen=True, slots=True)
class TemplateEvent:
    """A template's status, category or quality changed."""

    what: Literal["status", "category", "quality"]
    external_id: str
    name: str
    language: str
    new: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """Anything else the provider tells about an account or a number. `display` names the number, where there is one."""

    kind: str
    display: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A part of a webhook this channel does not know: stored, and otherwise ignored."""

    kind: str
    data: dict[str, Any] = field(repr=False)


WebhookItem = InboundMessage | StatusUpdate | PreferenceChange | TemplateEvent | AccountEvent | Unrecognised


class Channel(Protocol):
    """A way to reach people. Its plugin returns it from `register_channels`.

    Args:
        account_title: what the provider calls an account's id, to be translated.
    """

    kind: str
    title: str
    account_title: str

    @property
    def credentials(self) -> type[BaseModel]:
        """The secrets an account needs, each a `SecretStr`; the form that connects one is made from it."""

    @property
    def settings(self) -> type[BaseModel]:
        """What else an account may set, all with defaults; shown to those who look for it."""

    def open_sender(self, account: Account, connections: int) -> AbstractAsyncContextManager[Sender]:
        """A sender for one account, with at most `connections` requests at a time."""

    def variables(self, template: TemplateData) -> list[Variable]:
        """What has to be filled in, in the order values are given in."""

    def template_content(self, template: TemplateData, values: list[str]) -> dict[str, Any]:
        """The content of a message from a template and its values.

        Raises:
            ValueError: too few or too many values, or one that is empty or too long; says which.
        """

    def challenge(self, query: Mapping[str, str], credentials: Mapping[str, str]) -> str | None:
        """The answer to the provider's verification request; None refuses."""

    def verify(self, headers: Mapping[str, str], body: bytes, credentials: Mapping[str, str]) -> bool:
        """Whether a webhook was signed by the provider, over the raw bytes."""

    def parse_webhook(self, payload: Any) -> list[WebhookItem]:
        """Everything in a webhook, in its order. Never raises: what it cannot read is `Unrecognised`."""

    async def fetch_templates(self, account: Account) -> list[TemplateData]:
        """All templates of the account."""

    async def fetch_numbers(self, account: Account) -> list[NumberData]:
        """All numbers of the account."""

    async def subscribe(self, account: Account, callback: str) -> None:
        """Have the account's webhooks posted to `callback`; verified by the provider before this returns."""

    async def download_media(self, account: Account, media_id: str, most: int) -> tuple[bytes, str]:
        """A file that a person sent, and its media type.

        Raises:
            ChannelError: it is gone, or has more than `most` bytes.
        """


class ChannelError(Exception):
    """A provider refused a management call; the message tells the person what to do."""
