"""The step that answers who has called the flow's webhook."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import TYPED, Answer, Answering, Context, Go, Length, NodeConfig, Problem, labelled

LONGEST, JSON = 16_384, "application/json"
# None of them leads anywhere, sets anything in a browser, or opens this answer to other pages.
Header = Literal["Cache-Control", "Content-Language", "Retry-After", "X-Request-Id"]
Value = Annotated[str, Field(max_length=500, pattern=r"^[\x20-\x7e]*$")]
TYPES = {
    "text/plain": N_("Plain text"),
    "text/csv": "CSV",
    "application/xml": "XML",
    "application/json": "JSON",
}
BOTH = N_("Answer with a text or with data, not with both.")


class Responding(NodeConfig):
    """The answer.

    Args:
        type: of `text`; data is always JSON.
        data: as JSON; expressions in it keep their types.
    """

    status: Annotated[int, Field(ge=200, le=599)] = Field(default=200, title=N_("Status"))
    headers: dict[Header, Value] = Field(default={}, title=N_("Headers"))
    text: Annotated[str, Length(0, LONGEST)] = Field(default="", title=N_("Text"), description=N_("Or data, below."))
    type: Literal["text/plain", "text/csv", "application/xml", "application/json"] = Field(
        default="text/plain", title=N_("Kind of the text"), json_schema_extra=labelled(TYPES)
    )
    data: dict[str, Any] = Field(
        default={},
        title=N_("Data"),
        description=N_("Sent as JSON. Expressions in it keep their kind."),
        json_schema_extra=TYPED,
    )


class Respond(Answering[Responding]):
    """The first one of a run answers; without a caller who waits, nothing happens."""

    kind, title, icon, category = "http.respond", N_("Respond to the webhook"), "arrow-back-up", N_("Other systems")
    help = N_("Answers the system that called the webhook, as long as the flow has not waited.")
    Config = Responding

    def problems(self, config: Responding) -> Sequence[Problem]:
        """One body."""
        return [Problem("both", BOTH, field="data")] if config.text and config.data else ()

    def run(self, context: Context, config: Responding) -> Go:
        """The configuration is the answer."""
        return Go()

    def answer(self, config: Responding) -> Answer:
        """Status, headers and body."""
        if config.data:
            return _answer(config, JSON, orjson.dumps(config.data, default=str))
        return _answer(config, JSON if config.type == JSON else f"{config.type}; charset=utf-8", config.text.encode())


def _answer(config: Responding, kind: str, body: bytes) -> Answer:
    headers = {"Content-Type": kind} | {str(name): value for name, value in config.headers.items()}
    return Answer(config.status, headers, body)
