"""What starts a flow when somebody writes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import RAW, Context, FlowNode, Go, NodeConfig, labelled

from .keywords import holds
from .words import START

NO_WORDS = N_("Write down the words that start the flow.")
WHICH = {
    "any": N_("Any message"),
    "keyword": N_("Messages with a keyword"),
    "button": N_("The tap on a button"),
    "first": N_("The first message of a contact"),
}
Word = Annotated[str, Field(min_length=1, max_length=100)]


class Hearing(NodeConfig):
    """Which messages: any, those with a keyword, the tap on a button, or a contact's very first."""

    which: Literal["any", "keyword", "button", "first"] = Field(
        default="any", title=N_("Which messages"), json_schema_extra=labelled(WHICH)
    )
    words: Annotated[list[Word], Field(max_length=50)] = Field(
        default=[],
        title=N_("Words"),
        description=N_("Keywords, or what comes back of a button; of buttons, any where there is none."),
        json_schema_extra=RAW,
    )
    whole: bool = Field(
        default=False, title=N_("Nothing else"), description=N_("Only where a message is a keyword and nothing else.")
    )

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if self.which == "keyword" and not any(word.split() for word in self.words):
            raise ValueError(NO_WORDS)
        return self


class MessageReceived(FlowNode[Hearing]):
    """A contact writes."""

    kind, title, icon, category = "messages.received", N_("A message comes in"), "message-circle", START
    help = N_("Starts when a contact writes, and no other run waits for the answer.")
    Config, starts, listens = Hearing, True, ("message.received",)

    def wants(self, values: Mapping[str, Any], config: Hearing) -> bool:
        """Compare with what was said."""
        message = values["message"]
        if config.which == "keyword":
            return any(holds(message.get("text", ""), word, whole=config.whole) for word in config.words)
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
