"""The step that asks another system. It goes through the guard for addresses that people enter."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk import N_, http
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, Fail, FlowNode, Go, NodeConfig, Outcome, Port

from .finding import find

READING = frozenset({"GET", "HEAD"})
# Certainly not taken, and perhaps not: what may have been taken is tried again only where it reads.
UNTAKEN, UNREACHED = frozenset({425, 429, 503}), frozenset({"unknown", "unreachable", "certificate"})
BUSY = UNTAKEN | {408, 500, 502, 504}
MOST_TEXT = 4_000
REFUSED = N_("The other system refused. The code tells the status that it answered with.")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Asking(NodeConfig):
    """What is asked, and what of the answer is kept.

    Args:
        keep: variables, each with the path into the answer's JSON: `items.0.price`.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Annotated[str, Field(min_length=1, max_length=2_048)]
    headers: Annotated[dict[str, str], Field(max_length=30)] = {}
    body: Annotated[str, Field(max_length=16_384)] = ""
    keep: Annotated[dict[Name, str], Field(max_length=30)] = {}
    seconds: Annotated[int, Field(ge=1, le=30)] = 10


class HttpRequest(FlowNode[Asking]):
    """One request. What certainly was not taken is tried again, and what only reads; the key is the same each time."""

    kind, title, icon, category = "http.request", N_("Ask another system"), "world", N_("Other systems")
    help = N_("Sends a request to an address on the internet, and keeps parts of the answer as variables.")
    Config, effect, retries, pause = Asking, Effect.OUTSIDE, 3, 5.0

    def ports(self, config: Asking) -> Sequence[Port]:
        """It answered, or did not as it should."""
        return *NEXT, ERROR

    def repeatable(self, config: Asking) -> bool:
        """What only reads may be read again."""
        return config.method in READING

    def run(self, context: Context, config: Asking) -> Outcome:
        """Ask."""
        headers = {"Accept": "application/json", "Idempotency-Key": context.key, **config.headers}
        reads = config.method in READING
        limits = http.Limits(seconds=float(config.seconds))
        try:
            answer = http.fetch(
                config.url, method=config.method, headers=headers, body=config.body.encode(), limits=limits
            )
        except http.OutboundError as error:
            again = isinstance(error, http.NoAnswerError) if reads else error.reason in UNREACHED
            unsure = not (again or reads or isinstance(error, http.AddressError))
            return Fail(error.reason, str(error), again=again, unsure=unsure)
        if not 200 <= answer.status < 300:
            again = answer.status in (BUSY if reads else UNTAKEN)
            unsure = answer.status in BUSY and not again
            return Fail(f"status_{answer.status}", REFUSED, again=again, unsure=unsure)
        return _answered(answer, config.keep)


def _answered(answer: http.Answer, keep: Mapping[str, str]) -> Outcome:
    output: dict[str, Any] = {"status": answer.status}
    try:
        value = answer.json
    except http.AnswerError:
        return Go(output={**output, "text": answer.text[:MOST_TEXT]})
    return Go(output=output, values={name: find(value, path) for name, path in keep.items()})
