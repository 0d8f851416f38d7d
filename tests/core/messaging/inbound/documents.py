"""Meta's own documents about a status, told of a message of ours."""

from typing import Any
from uuid import UUID

import orjson

from aerostic.streams.intake import Entry
from tests.core.messaging.inbound.shop import NOON, Shop
from tests.plugins.aerostic_whatsapp.documents import FOLDER

SENT, DELIVERED, READ = (
    "068_messages_status_sent",
    "069_messages_status_delivered",
    "070_messages_status_read",
)


def told(shop: Shop, name: str, message_id: UUID, *, at: int = 0, pricing: dict[str, Any] | None = None) -> Entry:
    """A document of Meta's as the stream has it.

    Args:
        at: seconds after noon.
        pricing: in place of the document's own; {} for none.
    """
    document = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    entry = document["entry"][0]
    entry["id"] = shop.account.external_id
    value = entry["changes"][0]["value"]
    value["metadata"]["phone_number_id"] = shop.number.external_id
    (status,) = value["statuses"]
    status |= {"id": f"wamid.{message_id.hex}", "timestamp": str(NOON + at)}
    if pricing is not None:
        status["pricing"] = pricing
    return shop.entry(orjson.dumps(document))
