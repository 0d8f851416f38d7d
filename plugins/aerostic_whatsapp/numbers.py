"""The account's numbers, and its subscription to webhooks (business-phone-numbers/phone-numbers, webhooks/override)."""

from typing import Any

from aerostic.sdk import Account, NumberData
from aerostic_whatsapp.accounts import PACES, tier
from aerostic_whatsapp.graph import Graph
from aerostic_whatsapp.reading import mapping, phone, text
from aerostic_whatsapp.sending import open_session
from aerostic_whatsapp.settings import secret

LIMIT = "whatsapp_business_manager_messaging_limit"
FIELDS = f"id,display_phone_number,verified_name,quality_rating,status,throughput,{LIMIT}"


async def fetch_numbers(account: Account) -> list[NumberData]:
    """All numbers of the account."""
    async with open_session(account, 1) as session:
        pages = Graph(session, account).pages(f"{account.external_id}/phone_numbers", fields=FIELDS)
        return [read_number(item) async for item in pages]


async def subscribe(account: Account, callback: str) -> None:
    """Have the account's webhooks posted to `callback` (https, at most 200 characters); verified before this returns."""
    value = {"override_callback_uri": callback, "verify_token": secret(account.credentials, "verify_token")}
    async with open_session(account, 1) as session:
        await Graph(session, account).post(f"{account.external_id}/subscribed_apps", value)


def read_number(item: dict[str, Any]) -> NumberData:
    """One number of the provider's list."""
    display = text(item.get("display_phone_number"))
    level = text(mapping(item.get("throughput")).get("level")).upper()
    digits = "".join(character for character in display if character.isdigit())
    return NumberData(
        external_id=text(item.get("id")),
        display=phone(digits) or display,
        name=text(item.get("verified_name")),
        quality=text(item.get("quality_rating")).upper() or "UNKNOWN",
        status=text(item.get("status")).upper() or "CONNECTED",
        pace=PACES.get(level, PACES["STANDARD"]),
        limit_tier=tier(item.get(LIMIT)),
    )
