"""What starts a flow when somebody writes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, FlowNode, Go, NodeConfig

from .keywords import holds
from .words import START

Word = Annotated[str, Field(min_length=1, max_length=100)]


class Hearing(NodeConfig):
    """Which messages: any, those with a keyword, the tap on a button, or a contact's very first."""

    which: Literal["any", "keyword", "button", "first"] = "any"
    words: Annotated[list[Word], Field(max_length=50)] = []


class MessageReceived(FlowNode[Hearing]):
    """A contact writes."""

    kind, title, icon, category = "messages.received", N_("A message comes in"), "message-circle", START
    help = N_("Starts when a contact writes, and no other run waits for the answer.")
    Config, starts, listens = Hearing, True, ("message.received",)

    def wants(self, values: Mapping[str, Any], config: Hearing) -> bool:
        """Compare with what was said."""
        message = values["message"]
        if config.which == "keyword":
            return any(holds(message.get("text", ""), word) for word in config.words)
        if config.which == "button":
            return bool(message.get("choice")) and (not config.words or _is_one_of(message, config.words))
        return config.which == "any" or bool(message.get("first"))

    def run(self, context: Context, config: Hearing) -> Go:
        """The message is there already."""
        return Go()


def _is_one_of(message: Mapping[str, Any], words: list[str]) -> bool:
    """Whether the button that was tapped has one of these ids, or one of these words on it."""
    tapped = {message["choice"].casefold(), message.get("text", "").casefold()}
    return any(word.strip().casefold() in tapped for word in words)


NODES = (MessageReceived,)
