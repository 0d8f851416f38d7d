"""Steps that send choices: buttons, and a list (business-messaging/interactive, limits of the Cloud API)."""

from typing import Annotated

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import NodeConfig

from .sending import Content, Sends

Words = Annotated[str, Field(min_length=1, max_length=1_024)]
Key = Annotated[str, Field(min_length=1, max_length=200)]


class Button(NodeConfig):
    """What comes back when it is tapped, and what stands on it."""

    id: Key
    title: Annotated[str, Field(min_length=1, max_length=20)]


class Tapping(NodeConfig):
    """Words, and up to three buttons."""

    text: Words
    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)]
    footer: Annotated[str, Field(max_length=60)] = ""


class SendButtons(Sends[Tapping]):
    """Up to three."""

    kind, title, icon = "messages.buttons", N_("Send buttons"), "square-rounded-check"
    help = N_("Sends words with up to three buttons below. What was tapped comes with the next message.")
    Config = Tapping

    def content(self, config: Tapping) -> Content:
        """As the channel takes it."""
        return _interactive("button", config.text, config.footer, {"buttons": [_reply(one) for one in config.buttons]})


class Row(NodeConfig):
    """One line of a list."""

    id: Key
    title: Annotated[str, Field(min_length=1, max_length=24)]
    description: Annotated[str, Field(max_length=72)] = ""


class Listing(NodeConfig):
    """Words, what stands on the button that opens the list, and its lines."""

    text: Words
    button: Annotated[str, Field(min_length=1, max_length=20)]
    rows: Annotated[list[Row], Field(min_length=1, max_length=10)]
    footer: Annotated[str, Field(max_length=60)] = ""


class SendList(Sends[Listing]):
    """Up to ten lines."""

    kind, title, icon = "messages.list", N_("Send a list"), "list"
    help = N_("Sends words with a list of up to ten lines to choose from.")
    Config = Listing

    def content(self, config: Listing) -> Content:
        """As the channel takes it."""
        rows = [{name: value for name, value in row.model_dump().items() if value} for row in config.rows]
        return _interactive("list", config.text, config.footer, {"button": config.button, "sections": [{"rows": rows}]})


def _reply(button: Button) -> Content:
    return {"type": "reply", "reply": {"id": button.id, "title": button.title}}


def _interactive(kind: str, text: str, footer: str, action: Content) -> Content:
    part = {"type": kind, "body": {"text": text}, "action": action}
    return {"type": "interactive", "interactive": {**part, "footer": {"text": footer}} if footer else part}


NODES = (SendButtons, SendList)
