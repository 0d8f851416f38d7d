"""What webhooks say, sorted by what has to be done about it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from aerostic.messaging.contract import (
    AccountEvent,
    Channel,
    InboundMessage,
    PreferenceChange,
    StatusUpdate,
    TemplateEvent,
    Unrecognised,
    WebhookItem,
)
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.inbound.rejections import Rejected


@dataclass(slots=True)
class Parts:
    """The items of many webhooks of one account, each list in the order it came."""

    statuses: list[StatusUpdate] = field(default_factory=list)
    messages: list[InboundMessage] = field(default_factory=list)
    preferences: list[PreferenceChange] = field(default_factory=list)
    templates: list[TemplateEvent] = field(default_factory=list)
    accounts: list[AccountEvent] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, item: WebhookItem) -> None:
        """Put one item where it belongs."""
        match item:
            case StatusUpdate():
                self.statuses.append(item)
            case InboundMessage():
                self.messages.append(item)
            case PreferenceChange():
                self.preferences.append(item)
            case TemplateEvent():
                self.templates.append(item)
            case AccountEvent():
                self.accounts.append(item)
            case Unrecognised():
                self.rejected.append(Rejected("unrecognised", item.kind, item.data))


def read(channel: Channel, webhooks: Iterable[Received]) -> Parts:
    """Parse webhooks through their channel; what is not JSON is rejected whole."""
    parts = Parts()
    for webhook in webhooks:
        try:
            payload = orjson.loads(webhook.body)
        except orjson.JSONDecodeError:
            parts.rejected.append(Rejected("not_json", "body", raw(webhook.body)))
            continue
        for item in channel.parse_webhook(payload):
            parts.add(item)
    return parts


def raw(body: bytes) -> dict[str, Any]:
    """Bytes as JSON can hold them: each character stands for the byte with its number."""
    return {"raw": body.decode("latin-1")}


def rejected(reason: str, item: InboundMessage | StatusUpdate) -> Rejected:
    """A part that was understood, but that nothing here answers to."""
    return Rejected(reason, item.kind if isinstance(item, InboundMessage) else item.status, asdict(item))
