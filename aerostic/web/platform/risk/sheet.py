"""The policy as fields of a form, and back: steps in rows, weights by family, the list of who is never acted on one a line.

It has what the macros of forms ask of a `Form`: `errors`, `shown`, `required`, `status`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from aerostic.detection.judging.policy import Policy
from aerostic.web.pages.forms import message

MOST_STEPS, SPARE_ROWS = 30, 2
PLAIN = ("half_life_seconds", "most_share", "young_seconds")
STEP = ("action", "score", "families", "seconds")
LONGEST = 50_000


@dataclass
class Sheet:
    """What is shown in the form: `fields` by name, `document` as JSON, and what is wrong by the field's name."""

    fields: dict[str, Any] = field(default_factory=dict)
    document: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    policy: Policy | None = None

    @property
    def status(self) -> int:
        """The answer's status."""
        return 422 if self.errors else 200

    def shown(self, name: str) -> Any:
        """What a field begins with."""
        return self.document if name == "document" else self.fields.get(name, "")

    def required(self, name: str) -> bool:
        """Whether something has to be there: rows that are left empty do not count."""
        return name in (*PLAIN, "document", "note")

    @property
    def steps(self) -> range:
        """The numbers of the rows, some empty ones at the end."""
        filled = {int(name.split(".")[1]) for name in self.fields if name.startswith("steps.")}
        return range(min(max(filled, default=-1) + 1 + SPARE_ROWS, MOST_STEPS))


def of_policy(policy: Policy) -> Sheet:
    """A policy to begin with."""
    fields: dict[str, Any] = {name: getattr(policy, name) for name in PLAIN}
    fields |= {f"weights.{family}": weight for family, weight in policy.weights.items()}
    fields |= {"allowed": "\n".join(policy.allowed), "volume": ", ".join(policy.volume)}
    for number, step in enumerate(policy.steps):
        fields |= {f"steps.{number}.{name}": getattr(step, name) for name in STEP}
        fields[f"steps.{number}.kinds"] = list(step.kinds)
    return Sheet(fields, _written(policy))


def of_form(data: "MultiDict[str, str]") -> Sheet:
    """What was typed, and whether it is a policy."""
    fields: dict[str, Any] = {name: text.strip()[:LONGEST] for name, text in data.items() if name != "csrf_token"}
    fields |= {name: data.getlist(name) for name in data if name.endswith(".kinds")}
    sheet = Sheet(_closed_up(fields))
    _check(sheet, _document(sheet.fields))
    return sheet


def of_json(text: str) -> Sheet:
    """A policy that was typed as JSON."""
    sheet = Sheet(document=text[:LONGEST])
    try:
        _check(sheet, orjson.loads(text))
    except orjson.JSONDecodeError as error:
        sheet.errors["document"] = _("This is not JSON: %(reason)s.", reason=error.msg)
        return sheet
    if sheet.errors:
        sheet.errors = {"document": " ".join(f"{name}: {words}" for name, words in sheet.errors.items())}
    return sheet


def _check(sheet: Sheet, document: Any) -> None:
    try:
        sheet.policy = Policy.model_validate(document)
    except ValidationError as error:
        for detail in error.errors():
            name = ".".join(map(str, detail["loc"][:3]))
            # What is wrong with a step as a whole is its action: nothing honours it there.
            name = f"{name}.action" if name.startswith("steps.") and name.count(".") == 1 else name
            sheet.errors.setdefault(name, message(detail))
    else:
        sheet.document = _written(sheet.policy)


def _document(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in the shape of a policy; weights left empty are 1."""
    weights = {name.removeprefix("weights."): text for name, text in fields.items() if name.startswith("weights.")}
    rows = [number for number in range(MOST_STEPS) if fields.get(f"steps.{number}.action")]
    return {
        **{name: fields.get(name) for name in PLAIN},
        "weights": {name: text for name, text in weights.items() if text},
        "allowed": fields.get("allowed", "").split(),
        "volume": fields.get("volume", "").replace(",", " ").split(),
        "steps": [_step(fields, number) for number in rows],
    }


def _closed_up(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the rows of steps one after the other: those without an action are left out."""
    rows = [number for number in range(MOST_STEPS) if fields.get(f"steps.{number}.action")]
    closed = {name: value for name, value in fields.items() if not name.startswith("steps.")}
    for place, number in enumerate(rows):
        closed |= {f"steps.{place}.{name}": fields.get(f"steps.{number}.{name}", "") for name in STEP}
        closed[f"steps.{place}.kinds"] = fields.get(f"steps.{number}.kinds", [])
    return closed


def _step(fields: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        **{name: fields.get(f"steps.{number}.{name}") for name in STEP},
        "kinds": fields.get(f"steps.{number}.kinds", []),
    }


def _written(policy: Policy) -> str:
    return orjson.dumps(policy.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode()
