"""Steps that ask, and ask again where the answer is none: a question, and where somebody is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import (
    ERROR,
    Context,
    Effect,
    Fail,
    FlowNode,
    Given,
    Go,
    Length,
    NodeConfig,
    Outcome,
    Port,
    Wait,
    Woken,
    is_unworked,
    labelled,
)

from .choices import buttons, rows
from .reading import LABELS, Asked, Kind, read
from .sending import Content, send
from .words import ASK, EXPRESSIONS, NAME

MOST_BUTTONS, LONGEST_WITH_BUTTONS, LONGEST_ON_BUTTON = 3, 1_024, 20
EXAMPLES: dict[str, Any] = {"text": "Hello", "email": "ada@example.com", "number": 3, "date": "2026-01-31"}
NO_CHOICES = N_("Write down what can be chosen, each only once.")
TOO_LONG = N_("Beside buttons, the text may have 1024 characters and each of up to three choices 20. Shorten them.")


class Asking(NodeConfig):
    """How long and how often is waited for an answer, and what it is called."""

    text: Annotated[str, Length(1, 1_024)] = Field(title=N_("Question"), description=EXPRESSIONS)
    again: Annotated[str, Length(0, 1_024)] = Field(
        default="", title=N_("Where the answer does not fit"), description=N_("The question again where it is empty.")
    )
    variable: Annotated[str, Field(pattern=NAME)] = Field(
        default="answer", title=N_("Variable"), description=N_("Later steps find the answer as vars and this name.")
    )
    tries: Annotated[int, Field(ge=1, le=5)] = Field(default=3, title=N_("How often it is asked"))
    hours: Annotated[int, Field(ge=1, le=720)] = Field(default=24, title=N_("Hours in which an answer counts"))

    def expected(self) -> str:
        """What counts as an answer."""
        raise NotImplementedError

    def choosable(self) -> Sequence[str]:
        """What may be chosen."""
        return ()

    def content(self, words: str) -> Content:
        """The question, as the channel takes it."""
        raise NotImplementedError


class Question(Asking):
    """What is asked, and what counts as an answer."""

    text: Annotated[str, Length(1, 4_096)] = Field(title=N_("Question"), description=EXPRESSIONS)
    again: Annotated[str, Length(0, 4_096)] = Field(
        default="", title=N_("Where the answer does not fit"), description=N_("The question again where it is empty.")
    )
    expects: Kind = Field(default="text", title=N_("Answer"), json_schema_extra=labelled(LABELS))
    choices: Annotated[list[Annotated[str, Length(1, 24)]], Field(max_length=10)] = Field(
        default=[], title=N_("Choices"), description=N_("Up to three are buttons, up to ten a list.")
    )
    button: Annotated[str, Length(1, 20)] = Field(
        default="\u2630",
        title=N_("Words on the button that opens the list"),
        description=N_("Of more than three choices."),
    )

    @model_validator(mode="after")
    def _choosable(self, info: ValidationInfo) -> Self:
        if self.expects == "choice":
            if not self.choices or len({one.casefold().strip() for one in self.choices}) < len(self.choices):
                raise ValueError(NO_CHOICES)
            bounded = [(self.text, LONGEST_WITH_BUTTONS), (self.again, LONGEST_WITH_BUTTONS)]
            bounded += [(one, LONGEST_ON_BUTTON) for one in self.choices]
            if len(self.choices) <= MOST_BUTTONS and any(
                len(words) > most and not is_unworked(words, info) for words, most in bounded
            ):
                raise ValueError(TOO_LONG)
        return self

    def expected(self) -> str:
        """As chosen."""
        return self.expects

    def choosable(self) -> Sequence[str]:
        """As written."""
        return self.choices

    def content(self, words: str) -> Content:
        """Words, buttons, or a list."""
        if self.expects != "choice":
            return {"type": "text", "text": {"body": words}}
        if len(self.choices) <= MOST_BUTTONS:
            return buttons(words, [(one, one) for one in self.choices])
        return rows(words, self.button, {"": [{"id": one, "title": one} for one in self.choices]})


class Ask(FlowNode[Asking]):
    """Waits for the answer, which later steps find as a variable."""

    kind, title, icon, category = "messages.ask", N_("Ask a question"), "help-circle", ASK
    help = N_("Asks the contact, waits for the answer, and asks again where it is not what was expected.")
    Config: ClassVar[type[Asking]] = Question
    example = {"text": "What is your name?", "variable": "name"}
    effect, waits = Effect.INSIDE, True

    def ports(self, config: Asking) -> Sequence[Port]:
        """An answer, none that fits, none in time, or the question cannot be sent."""
        return (
            Port("next", N_("Answered")),
            Port("invalid", N_("No answer fits")),
            Port("late", N_("No answer in time")),
            ERROR,
        )

    def gives(self, config: Asking) -> Given:
        """The answer."""
        example = EXAMPLES.get(config.expected(), next(iter(config.choosable()), ""))
        return Given({"answer": example}, {config.variable: example})

    def run(self, context: Context, config: Asking) -> Outcome:
        """Ask."""
        return _ask(context, config, config.text, 1)

    def resume(self, context: Context, config: Asking, woken: Woken) -> Outcome:
        """Look at the answer."""
        if woken.event != "reply":
            return Go("late")
        asked = Asked(context.values.get("contact", {}), config.choosable(), context.now)
        found = read(config.expected(), woken.data, asked)
        if found is not None:
            return Go("next", {"answer": found}, {config.variable: found})
        tries = context.values["vars"].get(_counter(context), 1)
        if tries >= config.tries:
            return Go("invalid", {"said": str(woken.data.get("text", ""))})
        return _ask(context, config, config.again or config.text, tries + 1)


class Whereabouts(Asking):
    """Where somebody is."""

    text: Annotated[str, Length(1, 1_024)] = Field(title=N_("Question"), description=EXPRESSIONS)
    variable: Annotated[str, Field(pattern=NAME)] = Field(
        default="location",
        title=N_("Variable"),
        description=N_("Later steps find latitude, longitude, name and address in it."),
    )

    def expected(self) -> str:
        """A place."""
        return "location"

    def content(self, words: str) -> Content:
        """Words with a button that shares the place."""
        asks = {"type": "location_request_message", "body": {"text": words}, "action": {"name": "send_location"}}
        return {"type": "interactive", "interactive": asks}


class AskLocation(Ask):
    """Where they are."""

    kind, title, icon = "messages.location_request", N_("Ask for the location"), "map-pin"
    help = N_("Asks the contact to share where they are, and waits for it.")
    Config = Whereabouts
    example = {"text": "Where are you?"}


def _ask(context: Context, asked: Asking, words: str, attempt: int) -> Outcome:
    sent = send(context, asked.content(words), f":{attempt}")
    if isinstance(sent, Fail):
        return sent
    until = context.now + timedelta(hours=asked.hours)
    return Wait(until, "reply", {_counter(context): attempt})


def _counter(context: Context) -> str:
    return f"_tries_{context.node_id}"


NODES = (Ask, AskLocation)
