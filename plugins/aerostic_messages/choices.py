"""Steps that send choices: buttons, and a list (interactive messages, within the limits of the Cloud API)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import Length, NodeConfig

from .sending import Content, Sends
from .words import EXPRESSIONS, FOOTER, HEADER, TEXT

TWICE = N_("Two of them have the same words, or the same id. Give each its own.")
SECTIONS = N_("Where one line has a section, all of them need one.")
ID = N_("What comes back")
TOLD = N_("Later steps find it as message.choice. The words where it is empty.")
Small = Annotated[str, Length(0, 60)]


class Button(NodeConfig):
    """What stands on it, and what comes back when it is tapped."""

    title: Annotated[str, Length(1, 20)] = Field(title=N_("Words on the button"))
    id: Annotated[str, Length(0, 256)] = Field(default="", title=ID, description=TOLD)


class Tapping(NodeConfig):
    """Words, and up to three buttons."""

    text: Annotated[str, Length(1, 1_024)] = Field(title=TEXT, description=EXPRESSIONS)
    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)] = Field(title=N_("Buttons"))
    header: Small = Field(default="", title=HEADER)
    footer: Small = Field(default="", title=FOOTER)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _told_apart(self.buttons)
        return self


class SendButtons(Sends[Tapping]):
    """Up to three."""

    kind, title, icon = "messages.buttons", N_("Send buttons"), "click"
    help = N_("Sends words with up to three buttons below. What was tapped comes with the next message.")
    Config = Tapping
    example = {"text": "Shall we?", "buttons": [{"title": "Yes"}, {"title": "No"}]}

    def content(self, config: Tapping) -> Content:
        """As the channel takes it."""
        return buttons(
            config.text, [(one.id or one.title, one.title) for one in config.buttons], config.header, config.footer
        )


class Row(NodeConfig):
    """One line of a list."""

    title: Annotated[str, Length(1, 24)] = Field(title=N_("Words of the line"))
    id: Annotated[str, Length(0, 200)] = Field(default="", title=ID, description=TOLD)
    description: Annotated[str, Length(0, 72)] = Field(default="", title=N_("Words below"))
    section: Annotated[str, Length(0, 24)] = Field(
        default="", title=N_("Section"), description=N_("Lines of the same section stand together under it.")
    )


class Listing(NodeConfig):
    """Words, what stands on the button that opens the list, and its lines."""

    text: Annotated[str, Length(1, 4_096)] = Field(title=TEXT, description=EXPRESSIONS)
    button: Annotated[str, Length(1, 20)] = Field(title=N_("Words on the button that opens the list"))
    rows: Annotated[list[Row], Field(min_length=1, max_length=10)] = Field(title=N_("Lines"))
    header: Small = Field(default="", title=HEADER)
    footer: Small = Field(default="", title=FOOTER)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _told_apart(self.rows)
        if any(row.section for row in self.rows) and not all(row.section for row in self.rows):
            raise ValueError(SECTIONS)
        return self


class SendList(Sends[Listing]):
    """Up to ten lines."""

    kind, title, icon = "messages.list", N_("Send a list"), "list"
    help = N_("Sends words with a list of up to ten lines to choose from.")
    Config = Listing
    example = {"text": "Which one?", "button": "Choose", "rows": [{"title": "Tea"}, {"title": "Coffee"}]}

    def content(self, config: Listing) -> Content:
        """As the channel takes it."""
        sections: dict[str, list[Mapping[str, str]]] = {}
        for row in config.rows:
            line = {"id": row.id or row.title, "title": row.title, "description": row.description}
            sections.setdefault(row.section, []).append({name: value for name, value in line.items() if value})
        return rows(config.text, config.button, sections, config.header, config.footer)


def buttons(text: str, choices: Iterable[tuple[str, str]], header: str = "", footer: str = "") -> Content:
    """A message with buttons, each with its id and words."""
    taps = [{"type": "reply", "reply": {"id": id_, "title": title}} for id_, title in choices]
    return _interactive("button", text, {"buttons": taps}, header, footer)


def rows(
    text: str, button: str, sections: Mapping[str, Sequence[Mapping[str, str]]], header: str = "", footer: str = ""
) -> Content:
    """A message with a list, its lines by section; one section may have no name."""
    parts = [{"title": name, "rows": lines} if name else {"rows": lines} for name, lines in sections.items()]
    return _interactive("list", text, {"button": button, "sections": parts}, header, footer)


def _interactive(kind: str, text: str, action: Content, header: str, footer: str) -> Content:
    part: dict[str, Any] = {"type": kind, "body": {"text": text}, "action": action}
    if header:
        part["header"] = {"type": "text", "text": header}
    if footer:
        part["footer"] = {"text": footer}
    return {"type": "interactive", "interactive": part}


def _told_apart(choices: Sequence[Button | Row]) -> None:
    for told in ([one.title for one in choices], [one.id or one.title for one in choices]):
        if len(set(told)) < len(told):
            raise ValueError(TWICE)


NODES = (SendButtons, SendList)
