"""WhatsApp through the Cloud API: sending, templates, numbers, media, and webhooks."""

from aerostic.sdk import N_, Channel, Plugin, hookimpl
from aerostic_whatsapp.channel import WhatsApp

plugin = Plugin(
    name="whatsapp",
    title=N_("WhatsApp"),
    version="0.1.0",
    description=N_("Messages, templates and webhooks of the WhatsApp Business Platform (Cloud API)."),
    author="Aerostic",
    always_on=True,
)


@hookimpl
def register_channels() -> list[Channel]:
    """The Cloud API, as the channel `whatsapp`."""
    return [WhatsApp()]
