"""What becomes of an answer: variables, and the little of it that the journal shows."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aerostic.sdk import N_, http
from aerostic.sdk.flows import Fail, Go, Outcome

from .configs import Asking
from .finding import NOTHING, find

MOST_TEXT, LARGEST = 4_000, 16_384
# Longer than this is not waited for: whatever it was about has passed by then.
LONGEST_PAUSE = 3_600.0
SHOWN = ("content-type", "date", "etag", "location", "retry-after", "x-request-id")
HIDDEN = "[secret]"
MISSING = N_("The answer lacks a part that is needed. Look at the path, or let the variable have another value then.")
TOO_MUCH = N_("A part of the answer is too large for a variable. Give the path of a smaller one.")


def without(answer: http.Answer, hidden: tuple[str, ...]) -> http.Answer:
    """The answer, in which some texts stand nowhere: some systems send back what they were asked with."""
    body, headers = answer.body, dict(answer.headers)
    for text in hidden:
        for form in {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1].replace("/", r"\/")}:
            body = body.replace(form.encode(), HIDDEN.encode())
        headers = {name: value.replace(text, HIDDEN) for name, value in headers.items()}
    return http.Answer(answer.status, headers, body)


def succeeded(config: Asking, status: int) -> bool:
    """Whether a status is one that was hoped for."""
    return not {str(status), f"{status // 100}xx"}.isdisjoint(config.success)


def taken(config: Asking, answer: http.Answer) -> Outcome:
    """Go on with what is kept of an answer."""
    headers = {name: answer.headers[name][:200] for name in SHOWN if name in answer.headers}
    output: dict[str, Any] = {"status": answer.status, "headers": headers}
    if not config.keep:
        return Go(output={**output, "text": answer.text[:MOST_TEXT]})
    value = _json(answer)
    found = {one.variable: find(value, one.path) for one in config.keep}
    if any(one.needed and found[one.variable] is NOTHING for one in config.keep):
        return Fail("part_missing", MISSING)
    kept = {one.variable: one.otherwise if (part := found[one.variable]) is NOTHING else part for one in config.keep}
    if any(len(json.dumps(part)) > LARGEST for part in kept.values()):
        return Fail("part_too_large", TOO_MUCH)
    return Go(output={**output, "values": kept}, values=kept)


def pause_of(answer: http.Answer, now: datetime) -> float:
    """The seconds that the other system wants to be left alone for; 0 where it does not say so."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal() and said.isascii():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - now).total_seconds(), 0.0)


def _json(answer: http.Answer) -> Any:
    """Its JSON; `NOTHING` where it is none."""
    try:
        return answer.json
    except http.AnswerError:
        return NOTHING
