"""Steps that send free words and files, while the contact's 24-hour window is open."""

from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import Length, NodeConfig, is_unworked

from .sending import Content, Sends
from .words import EXPRESSIONS, TEXT

NOT_PUBLIC = N_("Write a public address that begins with https://.")
ONE_FILE = N_("Give either the address of the file, or the number of an uploaded one.")
CAPTION = N_("Words below it")


class Writing(NodeConfig):
    """Words."""

    text: Annotated[str, Length(1, 4_096)] = Field(title=TEXT, description=EXPRESSIONS)


class SendText(Sends[Writing]):
    """Words."""

    kind, title, icon = "messages.text", N_("Send text"), "message"
    help = N_("Sends words to the contact.")
    Config = Writing
    example = {"text": "Hello {{ contact.first_name }}"}

    def content(self, config: Writing) -> Content:
        """As the channel takes it."""
        return {"type": "text", "text": {"body": config.text, "preview_url": True}}


class File(NodeConfig):
    """Where a file is, and words below it."""

    link: Annotated[str, Length(0, 2_048)] = Field(
        default="",
        title=N_("Address"),
        description=N_("Where the file lies on the internet, for everybody: https://..."),
    )
    media: Annotated[str, Length(0, 64)] = Field(
        default="",
        title=N_("Uploaded file"),
        description=N_("Instead of the address, the id that WhatsApp gave the file."),
    )
    caption: Annotated[str, Length(0, 1_024)] = Field(default="", title=CAPTION, description=EXPRESSIONS)

    @model_validator(mode="after")
    def _one_file(self, info: ValidationInfo) -> Self:
        if bool(self.link.strip()) == bool(self.media.strip()):
            raise ValueError(ONE_FILE)
        if self.link and not is_unworked(self.link, info) and not self.link.startswith(("https://", "http://")):
            raise ValueError(NOT_PUBLIC)
        return self

    def part(self) -> dict[str, Any]:
        """As the channel takes it."""
        return {"link": self.link.strip(), "id": self.media.strip(), "caption": self.caption}


class SendImage(Sends[File]):
    """A picture."""

    kind, title, icon, media = "messages.image", N_("Send a picture"), "photo", "image"
    help = N_("Sends a picture: JPEG or PNG, at most 5 MB.")
    Config = File
    example = {"link": "https://example.com/picture.jpg"}

    def content(self, config: File) -> Content:
        """As the channel takes it."""
        return {"type": self.media, self.media: {name: value for name, value in config.part().items() if value}}


class SendVideo(SendImage):
    """A film."""

    kind, title, icon, media = "messages.video", N_("Send a video"), "video", "video"
    help = N_("Sends a video: MP4 or 3GP, at most 16 MB.")


class Paper(File):
    """A file with the name that people see."""

    name: Annotated[str, Length(0, 240)] = Field(
        default="", title=N_("Name of the file"), description=N_("What the contact sees, such as offer.pdf.")
    )

    def part(self) -> dict[str, Any]:
        """As the channel takes it."""
        return {**super().part(), "filename": self.name}


class SendDocument(SendImage):
    """A document."""

    kind, title, icon, media = "messages.document", N_("Send a document"), "file-text", "document"
    help = N_("Sends a document, such as a PDF, at most 100 MB.")
    Config = Paper


NODES = (SendText, SendImage, SendVideo, SendDocument)
