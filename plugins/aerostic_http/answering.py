"""The step that answers who has called the flow's webhook."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import TYPED, Answer, Answering, Context, Go, NodeConfig, Problem

LONGEST = 16_384
# None of them leads anywhere, sets anything in a browser, or opens this answer to other pages.
Header = Literal["Cache-Control", "Content-Language", "Retry-After", "X-Request-Id"]
Value = Annotated[str, Field(max_length=500, pattern=r"^[\x20-\x7e]*$")]
BOTH = N_("Answer with a text or with data, not with both.")


class Responding(NodeConfig):
    """The answer.

    Args:
        type: of `text`; data is always JSON.
        data: as JSON; expressions in it keep their types.
    """

    status: Annotated[int, Field(ge=200, le=599)] = 200
    headers: dict[Header, Value] = {}
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    type: Literal["text/plain", "text/csv", "application/xml", "application/json"] = "text/plain"
    data: dict[str, Any] = Field(default={}, json_schema_extra=TYPED)


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
            body, kind = json.dumps(config.data, ensure_ascii=False, separators=(",", ":")), "application/json"
        else:
            body, kind = config.text, config.type
        charset = "" if kind == "application/json" else "; charset=utf-8"
        return Answer(config.status, {"Content-Type": kind + charset, **config.headers}, body.encode())
