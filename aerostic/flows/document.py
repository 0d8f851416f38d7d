"""A flow as JSON: its nodes, the edges between their ports, and the limits that it asks for. Exported and imported as this."""

from math import isfinite
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from aerostic.words import N_

FORMAT = 1
LARGEST = 1_000_000  # bytes
MOST_NODES, MOST_EDGES = 500, 2_000
MOST_RETRIES = 10
DEEPEST, MOST_BITS = 12, 63
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
NOT_JSON = N_("This is not a flow: it cannot be read as JSON.")
TOO_LARGE = N_("This flow is too large: at most a megabyte, 500 nodes and 2000 edges. Split it into several flows.")
NEWER = N_("This flow was made by a newer version of the platform. Export it from there in an older format.")
MALFORMED = N_("This is not a flow, or some of it is missing.")


class DocumentError(ValueError):
    """A document cannot be taken; says why.

    Args:
        places: where something is off, as paths into the document.
    """

    def __init__(self, message: str, places: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.places = places


def _plain(value: Any, depth: int = 0) -> Any:
    """What can be kept as JSON, and is not nested without end."""
    if depth > DEEPEST or not _is_json(value):
        raise ValueError("no JSON")
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _plain(part, depth + 1)
    return value


def _is_json(value: Any) -> bool:
    """Whether a value is no text with characters that there are not, and no number that has no end or too many bits."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, float):
        return isfinite(value)
    return not isinstance(value, int) or value.bit_length() <= MOST_BITS


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spot(_Part):
    """Where a node stands on the canvas."""

    x: Annotated[float, AfterValidator(_plain)] = 0
    y: Annotated[float, AfterValidator(_plain)] = 0


class Node(_Part):
    """One step.

    Args:
        id: unique within the flow.
        kind: `<plugin>.<node>`, as its plugin declares it.
        config: what its `Config` takes; texts may hold expressions.
        title: what a person calls it; the kind's title where it is empty.
        retries: how often a failure that may pass is tried again; as the kind has it where it is left out.
        off: whether runs pass it by, as `switched.live` says.
    """

    id: Name
    kind: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}\.[a-z0-9_]{1,40}$")]
    config: Annotated[dict[str, Any], AfterValidator(_plain)] = {}
    title: Annotated[str, Field(max_length=100), AfterValidator(_plain)] = ""
    retries: Annotated[StrictInt, Field(ge=0, le=MOST_RETRIES)] | None = None
    off: StrictBool = False
    at: Spot = Spot()


class Edge(_Part):
    """From a port of one node to another node."""

    source: Name
    port: Name = "next"
    target: Name


class Asked(_Part):
    """Limits of this flow, where it asks for other ones than the workspace has; never above the platform's."""

    steps: Annotated[StrictInt, Field(ge=1)] | None = None
    visits: Annotated[StrictInt, Field(ge=1)] | None = None
    spend: Annotated[StrictInt, Field(ge=0)] | None = None


class Note(_Part):
    """Words on the canvas."""

    id: Name
    text: Annotated[str, Field(max_length=2_000), AfterValidator(_plain)] = ""
    at: Spot = Spot()


class Document(_Part):
    """A whole flow."""

    format: Literal[1] = 1
    nodes: Annotated[list[Node], Field(max_length=MOST_NODES)] = []
    edges: Annotated[list[Edge], Field(max_length=MOST_EDGES)] = []
    notes: Annotated[list[Note], Field(max_length=MOST_NODES)] = []
    limits: Asked = Asked()

    @classmethod
    def read(cls, text: bytes | str) -> Self:
        """A document of its JSON.

        Raises:
            DocumentError: too large, no JSON, of a newer format, or not of this form.
        """
        if len(text) > LARGEST:
            raise DocumentError(TOO_LARGE)
        try:
            found = orjson.loads(text)
        except ValueError:
            raise DocumentError(NOT_JSON) from None
        return cls.of(found)

    @classmethod
    def of(cls, found: Any) -> Self:
        """A document of what its JSON holds. Raises as `read`."""
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise DocumentError(NEWER)
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            places = tuple(
                ".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False)
            )
            raise DocumentError(MALFORMED, places[:20]) from None

    def kept(self) -> dict[str, Any]:
        """As it is kept and exported: without what is as it would be anyway."""
        return {"format": self.format, **self.model_dump(mode="json", exclude_defaults=True, exclude={"format"})}

    def text(self) -> bytes:
        """As a file, the same for the same document."""
        return orjson.dumps(self.kept(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
