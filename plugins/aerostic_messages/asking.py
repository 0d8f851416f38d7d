"""The step that asks a question, and asks again where the answer is none."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import (
    ERROR,
    Context,
    Effect,
    Fail,
    FlowNode,
    Given,
    Go,
    NodeConfig,
    Outcome,
    Port,
    Problem,
    Wait,
    Woken,
)

from .sending import send
from .words import ASK

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,60}")
NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,9})?")
DAYS = ((r"(\d{4})-(\d{1,2})-(\d{1,2})", "ymd"), (r"(\d{1,2})[./](\d{1,2})[./](\d{4})", "dmy"))
NO_CHOICES = N_("Write down what can be chosen.")
EXAMPLES: dict[str, Any] = {"text": "Hello", "email": "ada@example.com", "number": 3, "date": "2026-01-31"}
Kind = Literal["text", "email", "number", "date", "choice"]


class Question(NodeConfig):
    """What is asked, what counts as an answer, and how long and how often is waited for one."""

    text: Annotated[str, Field(min_length=1, max_length=1_024)]
    expects: Kind = "text"
    choices: Annotated[list[Annotated[str, Field(min_length=1, max_length=20)]], Field(max_length=3)] = []
    variable: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "answer"
    again: Annotated[str, Field(max_length=1_024)] = ""
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    hours: Annotated[int, Field(ge=1, le=720)] = 24


class Ask(FlowNode[Question]):
    """Waits for the answer, which later steps find as a variable."""

    kind, title, icon, category = "messages.ask", N_("Ask a question"), "help-circle", ASK
    help = N_("Asks the contact, waits for the answer, and asks again where it is not what was expected.")
    Config, effect, waits = Question, Effect.INSIDE, True

    def ports(self, config: Question) -> Sequence[Port]:
        """An answer, none that fits, none in time, or the question cannot be sent."""
        return (
            Port("next", N_("Answered")),
            Port("invalid", N_("No answer fits")),
            Port("late", N_("No answer in time")),
            ERROR,
        )

    def problems(self, config: Question) -> Sequence[Problem]:
        """A choice of nothing."""
        return (
            [Problem("choices", NO_CHOICES, field="choices")]
            if config.expects == "choice" and not config.choices
            else ()
        )

    def gives(self, config: Question) -> Given:
        """The answer."""
        example = EXAMPLES.get(config.expects, next(iter(config.choices), ""))
        return Given({"answer": example}, {config.variable: example})

    def run(self, context: Context, config: Question) -> Outcome:
        """Ask."""
        return _ask(context, config, config.text, 1)

    def resume(self, context: Context, config: Question, woken: Woken) -> Outcome:
        """Look at the answer."""
        if woken.event != "reply":
            return Go("late")
        found = read(config, woken.data)
        if found is not None:
            return Go("next", {"answer": found}, {config.variable: found})
        tries = context.values["vars"].get(_counter(context), 1)
        return Go("invalid") if tries >= config.tries else _ask(context, config, config.again or config.text, tries + 1)


def read(question: Question, message: Any) -> Any:
    """The answer that a message gives; None where it is none."""
    said = str(message.get("text", "")).strip()
    return READERS[question.expects](said, question) if said else None


def _ask(context: Context, question: Question, words: str, attempt: int) -> Outcome:
    sent = send(context, _content(question, words), f":{attempt}")
    if isinstance(sent, Fail):
        return sent
    until = context.now + timedelta(hours=question.hours)
    return Wait(until, "reply", {_counter(context): attempt})


def _counter(context: Context) -> str:
    return f"_tries_{context.node_id}"


def _content(question: Question, words: str) -> dict[str, Any]:
    if question.expects != "choice":
        return {"type": "text", "text": {"body": words}}
    buttons = [{"type": "reply", "reply": {"id": choice, "title": choice}} for choice in question.choices]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": words}, "action": {"buttons": buttons}},
    }


def _number(said: str, _question: Question) -> float | int | None:
    plain = said.replace(" ", "")
    if not NUMBER.fullmatch(plain):
        return None
    found = float(plain.replace(",", "."))
    return int(found) if found.is_integer() else found


def _date(said: str, _question: Question) -> str | None:
    for pattern, order in DAYS:
        if match := re.fullmatch(pattern, said):
            parts = dict(zip(order, map(int, match.groups()), strict=True))
            try:
                return date(parts["y"], parts["m"], parts["d"]).isoformat()
            except ValueError:
                return None
    return None


def _choice(said: str, question: Question) -> str | None:
    return next((choice for choice in question.choices if choice.casefold() == said.casefold()), None)


READERS: dict[str, Callable[[str, Question], Any]] = {
    "text": lambda said, _question: said,
    "email": lambda said, _question: said.lower() if EMAIL.fullmatch(said) else None,
    "number": _number,
    "date": _date,
    "choice": _choice,
}
NODES = (Ask,)
