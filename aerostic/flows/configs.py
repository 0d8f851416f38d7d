"""The configuration of a node: read once, its expressions worked out at each run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from aerostic.flows.contract import RAW, FlowNode, Problem
from aerostic.flows.expressions import ExpressionError, check
from aerostic.flows.fields import WRITTEN
from aerostic.flows.filling import check_written, fill
from aerostic.words import N_

WRONG = N_("This is not as it has to be.")
_RAW = RAW["expressions"]
# By the kind of pydantic's error; every other is `WRONG`. What a model says itself, as a ValueError, is told as it is.
WORDS = {
    "missing": ("empty", N_("This is missing.")),
    "string_too_short": ("empty", N_("This is empty. Where an expression gives nothing, let it have a default.")),
    "too_short": ("empty", N_("Something has to be chosen here.")),
    "string_too_long": (
        "too_long",
        N_("This is longer than it may be. Shorten it; the filter truncate does it for you."),
    ),
    "too_long": ("too_long", N_("There are more of these than there may be.")),
    "extra_forbidden": ("unknown", N_("This node has no such field.")),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it was written.

    Args:
        model: as its `Config` reads it.
        moving: the fields that hold expressions, each with how they are worked out, and what was written.
        names: what these expressions ask for, as `contact`.
    """

    model: BaseModel
    moving: Mapping[str, tuple[str, Any]]
    names: frozenset[str] = frozenset()

    def with_values(self, values: Mapping[str, Any]) -> BaseModel:
        """The configuration of this run.

        Raises:
            ExpressionError: an expression cannot be worked out.
            pydantic.ValidationError: what it gives cannot be used.
        """
        if not self.moving:
            return self.model
        given = dict(vars(self.model))
        for name, (how, written) in self.moving.items():
            given[name] = fill(how, written, values)
        return type(self.model).model_validate(given)


def read(node: FlowNode[Any], config: Mapping[str, Any]) -> Written:
    """Read a configuration that has no problems (see `problems`)."""
    model = node.Config.model_validate(config, context=WRITTEN)
    given = model.model_dump()
    moving = {
        name: (how, given[name])
        for name, how in _ways(node).items()
        if how != _RAW and any("{" in text for text in _texts(given[name]))
    }
    return Written(
        model, moving, frozenset(ask for name in moving for text in _texts(given[name]) for ask in check(text))
    )


def problems(node: FlowNode[Any], config: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a configuration, field by field."""
    try:
        model = node.Config.model_validate(config, context=WRITTEN)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            yield Problem(*_wrong(one), field=".".join(map(str, one["loc"])))
        return
    given = model.model_dump()
    for name, how in _ways(node).items():
        if how != _RAW:
            yield from _unreadable(name, how, given[name])
    yield from node.problems(model)


def wrong(error: ValidationError) -> tuple[str, str]:
    """Why a configuration cannot be used: a code, and words."""
    return _wrong(error.errors(include_input=False, include_url=False)[0])


def _wrong(one: Mapping[str, Any]) -> tuple[str, str]:
    said = one.get("ctx", {}).get("error")
    return ("field", str(said)) if isinstance(said, ValueError) else WORDS.get(one["type"], ("field", WRONG))


def _unreadable(name: str, how: str, value: Any) -> Iterator[Problem]:
    for text in _texts(value):
        try:
            check_written(how, text)
        except ExpressionError as error:
            yield Problem("expression", str(error), field=name)
            return


def _ways(node: FlowNode[Any]) -> dict[str, str]:
    """How the expressions of each field are worked out."""
    extras = {name: info.json_schema_extra for name, info in node.Config.model_fields.items()}
    return {
        name: str(extra.get("expressions", "")) if isinstance(extra, dict) else "" for name, extra in extras.items()
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
