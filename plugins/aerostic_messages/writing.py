"""Steps that send free words and files, while the contact's 24-hour window is open."""

from typing import Annotated, Any

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import NodeConfig

from .sending import Content, Sends

Words = Annotated[str, Field(min_length=1, max_length=4_096)]
Caption = Annotated[str, Field(max_length=1_024)]
Link = Annotated[str, Field(min_length=1, max_length=2_048)]


class Writing(NodeConfig):
    """Words."""

    text: Words


class SendText(Sends[Writing]):
    """Words."""

    kind, title, icon = "messages.text", N_("Send text"), "message"
    help = N_("Sends words to the contact.")
    Config = Writing

    def content(self, config: Writing) -> Content:
        """As the channel takes it."""
        return {"type": "text", "text": {"body": config.text, "preview_url": True}}


class File(NodeConfig):
    """Where a file is, and words below it."""

    link: Link
    caption: Caption = ""


class SendImage(Sends[File]):
    """A picture."""

    kind, title, icon, media = "messages.image", N_("Send a picture"), "photo", "image"
    help = N_("Sends a picture that lies at a public address.")
    Config = File

    def content(self, config: File) -> Content:
        """As the channel takes it."""
        return _file(self.media, {"link": config.link, "caption": config.caption})


class SendVideo(SendImage):
    """A film."""

    kind, title, icon, media = "messages.video", N_("Send a video"), "video", "video"
    help = N_("Sends a video that lies at a public address.")


class Paper(File):
    """A file with the name that people see."""

    name: Annotated[str, Field(max_length=240)] = ""


class SendDocument(Sends[Paper]):
    """A document."""

    kind, title, icon = "messages.document", N_("Send a document"), "file-text"
    help = N_("Sends a document that lies at a public address.")
    Config = Paper

    def content(self, config: Paper) -> Content:
        """As the channel takes it."""
        return _file("document", {"link": config.link, "caption": config.caption, "filename": config.name})


class AskLocation(Sends[Writing]):
    """Where they are."""

    kind, title, icon = "messages.location_request", N_("Ask for the location"), "map-pin"
    help = N_("Asks the contact to share where they are.")
    Config = Writing

    def content(self, config: Writing) -> Content:
        """As the channel takes it."""
        asks = {"type": "location_request_message", "body": {"text": config.text}, "action": {"name": "send_location"}}
        return {"type": "interactive", "interactive": asks}


def _file(kind: str, part: dict[str, Any]) -> Content:
    return {"type": kind, kind: {name: value for name, value in part.items() if value}}


NODES = (SendText, SendImage, SendVideo, SendDocument, AskLocation)
