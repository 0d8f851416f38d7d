"""What a message says, as plain structures that a page can show without knowing how a provider writes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message.

    Args:
        kind: `image`, `video`, `audio`, `voice`, `document` or `sticker`.
        media_id: the provider's id of it; '' where there is only a link, or a mere sample.
        name: the file's name, as its sender called it.
        type: media type, as its sender called it.
    """

    kind: str
    media_id: str = ""
    link: str = ""
    name: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody's contact data: a name, and phones, addresses and the like, a line each."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: what, and how many or which."""

    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message. `kind` is `reply`, `url`, `phone`, `copy`, `list` or `flow`."""

    kind: str
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A message's content.

    Args:
        kind: `text`, `template`, `image`, ... as the provider calls it.
        text: what was said; may hold WhatsApp's marks for bold, italics and the like.
        notice: what we say about a message that cannot be shown as it is, to be translated.
        detail: words that belong behind the notice.
    """

    kind: str
    text: str = ""
    header: str = ""
    footer: str = ""
    attachment: Attachment | None = None
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    notice: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        """The message in one line, for lists and quotes; '' where it has no words."""
        named = self.place.name if self.place else ""
        cards = ", ".join(card.name for card in self.cards)
        file = self.attachment.name if self.attachment else ""
        return " ".join((self.text or self.header or named or cards or file).split())
