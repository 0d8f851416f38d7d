"""What a request of a flow is made of."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from aerostic.sdk.flows import ADDRESS, JSON, RAW, TYPED, NodeConfig

from .secrets import NAME

READING = frozenset({"GET", "HEAD"})
STATUS = re.compile(r"[1-5](\d\d|xx)")
Variable = Annotated[str, Field(pattern=NAME)]
Path = Annotated[str, Field(max_length=200)]
Status = Annotated[str, Field(pattern=rf"^{STATUS.pattern}$")]


class Pair(NodeConfig):
    """A name and a value."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    value: Any = ""


class Keep(NodeConfig):
    """A part of the answer's JSON that becomes a variable.

    Args:
        path: `items.0.price`; empty for all of it.
        otherwise: what the variable is where the answer has no such part.
        needed: fail instead.
    """

    variable: Variable
    path: Path = ""
    otherwise: Any = ""
    needed: bool = False


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

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Annotated[str, Field(min_length=1, max_length=4_096, json_schema_extra=ADDRESS)]
    query: Annotated[list[Pair], Field(max_length=50)] = []
    headers: Annotated[dict[str, str], Field(max_length=30)] = {}
    body: Literal["none", "json", "fields", "form", "text"] = "none"
    body_json: Annotated[str, Field(max_length=65_536, json_schema_extra=JSON)] = ""
    body_fields: Annotated[list[Pair], Field(max_length=100, json_schema_extra=TYPED)] = []
    body_text: Annotated[str, Field(max_length=16_384)] = ""
    auth: Literal["none", "bearer", "basic", "header"] = "none"
    secret: Annotated[str, Field(pattern=rf"{NAME}|^$", json_schema_extra=RAW)] = ""
    user: Annotated[str, Field(max_length=200)] = ""
    auth_header: Annotated[str, Field(max_length=100, json_schema_extra=RAW)] = "X-API-Key"
    keep: Annotated[list[Keep], Field(max_length=30, json_schema_extra=RAW)] = []
    success: Annotated[list[Status], Field(min_length=1, max_length=20)] = ["2xx"]
    retries: Annotated[int, Field(ge=0, le=5)] = 3
    pause: Annotated[int, Field(ge=1, le=300)] = 5
    seconds: Annotated[int, Field(ge=1, le=30)] = 10
    kilobytes: Annotated[int, Field(ge=1, le=1_000)] = 256
    redirects: bool = True
