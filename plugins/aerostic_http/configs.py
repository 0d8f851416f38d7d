"""What a request of a flow is made of."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import ADDRESS, JSON, RAW, TYPED, Length, NodeConfig, labelled

from .secrets import NAME

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BODIES = {
    "none": N_("None"),
    "json": N_("JSON, as written"),
    "fields": N_("JSON, of fields"),
    "form": N_("A form"),
    "text": N_("Text"),
}
SIGN_INS = {
    "none": N_("None"),
    "bearer": N_("Bearer token"),
    "basic": N_("User name and password"),
    "header": N_("A header of its own"),
}
READING = frozenset({"GET", "HEAD"})
STATUS = re.compile(r"[1-5](\d\d|xx)")
Variable = Annotated[str, Field(pattern=NAME)]
Path = Annotated[str, Field(max_length=200)]
Status = Annotated[str, Field(pattern=rf"^{STATUS.pattern}$")]


class Pair(NodeConfig):
    """A name and a value."""

    name: Annotated[str, Length(1, 100)] = Field(title=N_("Name"))
    value: Any = Field(default="", title=N_("Value"))


class Keep(NodeConfig):
    """A part of the answer's JSON that becomes a variable.

    Args:
        path: `items.0.price`; empty for all of it.
        otherwise: what the variable is where the answer has no such part.
        needed: fail instead.
    """

    variable: Variable = Field(title=N_("Variable"))
    path: Path = Field(
        default="", title=N_("Place"), description=N_("Such as items.0.price; empty for the whole answer.")
    )
    otherwise: Any = Field(default="", title=N_("Otherwise"), description=N_("Where the answer has no such place."))
    needed: bool = Field(default=False, title=N_("Fail where it is missing"))


class Asking(NodeConfig):
    """What is asked, as whom, and what of the answer is kept.

    Args:
        query: behind the question mark; a name may come twice.
        body: `json` takes `body_json`, a text of JSON; `fields` an object of `body_fields`; `form` the same as a form; `text`
            takes `body_text`.
        auth: how `secret`, the name of one of the workspace, is sent: as a bearer token, as the password of `user`, or in the
            header `auth_header`.
        keep: what becomes of the answer.
        success: statuses that count as an answer; any other one is an error.
        retries: how often it is tried again, with pauses that double from `pause` seconds.
        seconds: for one try, from looking the host up to the last byte.
        kilobytes: the largest answer that is taken.
        redirects: whether to go where the answer leads. Secrets are not sent to another host then.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", title=N_("Method"), json_schema_extra=labelled({name: name for name in METHODS})
    )
    url: Annotated[str, Length(1, 4_096)] = Field(
        title=N_("Address"), description=N_("https://..., may hold expressions."), json_schema_extra=ADDRESS
    )
    query: Annotated[list[Pair], Field(max_length=50)] = Field(
        default=[], title=N_("Query"), description=N_("Put behind the question mark of the address.")
    )
    headers: Annotated[dict[str, str], Field(max_length=30)] = Field(default={}, title=N_("Headers"))
    body: Literal["none", "json", "fields", "form", "text"] = Field(
        default="none", title=N_("Body"), json_schema_extra=labelled(BODIES)
    )
    body_json: Annotated[str, Length(0, 65_536)] = Field(
        default="",
        title=N_("JSON"),
        description=N_("An expression stands for a whole value, or within a text between quotation marks."),
        json_schema_extra=JSON,
    )
    body_fields: Annotated[list[Pair], Field(max_length=100)] = Field(
        default=[], title=N_("Fields"), json_schema_extra=TYPED
    )
    body_text: Annotated[str, Length(0, 16_384)] = Field(default="", title=N_("Text"))
    auth: Literal["none", "bearer", "basic", "header"] = Field(
        default="none", title=N_("Sign-in"), json_schema_extra=labelled(SIGN_INS)
    )
    secret: Annotated[str, Field(pattern=rf"{NAME}|^$")] = Field(
        default="", title=N_("Secret"), description=N_("The name of one of the workspace."), json_schema_extra=RAW
    )
    user: Annotated[str, Length(0, 200)] = Field(default="", title=N_("User name"))
    auth_header: Annotated[str, Length(0, 100)] = Field(
        default="X-API-Key", title=N_("Header with the secret"), json_schema_extra=RAW
    )
    keep: Annotated[list[Keep], Field(max_length=30)] = Field(
        default=[],
        title=N_("What is kept"),
        description=N_("Variables, each with its place in the answer, such as items.0.price."),
        json_schema_extra=RAW,
    )
    success: Annotated[list[Status], Field(min_length=1, max_length=20)] = Field(
        default=["2xx"], title=N_("Statuses that count as an answer")
    )
    retries: Annotated[int, Field(ge=0, le=5)] = Field(default=3, title=N_("Tries after a failure that may pass"))
    pause: Annotated[int, Field(ge=1, le=300)] = Field(
        default=5, title=N_("Seconds before the first one"), description=N_("They double each time.")
    )
    seconds: Annotated[int, Field(ge=1, le=30)] = Field(default=10, title=N_("Seconds to wait for an answer"))
    kilobytes: Annotated[int, Field(ge=1, le=1_000)] = Field(default=256, title=N_("Largest answer in kilobytes"))
    redirects: bool = Field(
        default=True,
        title=N_("Follow redirects"),
        description=N_("Secrets are not sent to another host then."),
    )
