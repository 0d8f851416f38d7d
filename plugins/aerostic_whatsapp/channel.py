"""The channel `whatsapp`: the Cloud API behind `sdk.Channel`, and what only WhatsApp offers."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from aerostic.sdk import N_, Account, NumberData, Sender, TemplateData, Variable, WebhookItem
from aerostic_whatsapp import filling, media, numbers, parsing, sending, signature, templates, variables
from aerostic_whatsapp.settings import AccountSettings, Credentials


class WhatsApp:
    """See `sdk.Channel`. Holds no state: everything it needs comes with the account."""

    kind = "whatsapp"
    title = "WhatsApp"
    account_title = N_("WhatsApp Business account ID")
    credentials = Credentials
    settings = AccountSettings

    def open_sender(self, account: Account, connections: int) -> AbstractAsyncContextManager[Sender]:
        """A pool of kept-alive connections; the sender also has `mark_read`."""
        return sending.open_sender(account, connections)

    def variables(self, template: TemplateData) -> list[Variable]:
        """What has to be filled in."""
        return variables.variables(template)

    def template_content(self, template: TemplateData, values: list[str]) -> dict[str, Any]:
        """A message's content from a template and its values."""
        return filling.template_content(template, values)

    def challenge(self, query: Mapping[str, str], credentials: Mapping[str, str]) -> str | None:
        """The answer to Meta's verification request."""
        return signature.challenge(query, credentials)

    def verify(self, headers: Mapping[str, str], body: bytes, credentials: Mapping[str, str]) -> bool:
        """Whether Meta signed these bytes."""
        return signature.verify(headers, body, credentials)

    def parse_webhook(self, payload: Any) -> list[WebhookItem]:
        """Everything in a webhook."""
        return parsing.parse_webhook(payload)

    async def fetch_templates(self, account: Account) -> list[TemplateData]:
        """All templates of the account."""
        return await templates.fetch_templates(account)

    async def submit_template(self, account: Account, template: TemplateData) -> TemplateData:
        """Hand a template in for review."""
        return await templates.submit_template(account, template)

    async def fetch_numbers(self, account: Account) -> list[NumberData]:
        """All numbers of the account."""
        return await numbers.fetch_numbers(account)

    async def subscribe(self, account: Account, callback: str) -> None:
        """Have the account's webhooks posted to us."""
        await numbers.subscribe(account, callback)

    async def upload_media(self, account: Account, number: str, data: bytes, content_type: str, name: str) -> str:
        """Keep a file with the provider."""
        return await media.upload_media(account, number, data, content_type, name)

    async def download_media(self, account: Account, media_id: str, most: int = media.MOST_BYTES) -> tuple[bytes, str]:
        """Fetch what a person sent."""
        return await media.download_media(account, media_id, most)
