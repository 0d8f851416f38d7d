"""The configuration of a node: read once, its expressions worked out at each run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from aerostic.flows.contract import RAW, FlowNode, Problem
from aerostic.flows.expressions import ExpressionError
from aerostic.flows.filling import check_written, fill
from aerostic.words import N_

_RAW = RAW["expressions"]
WRONG = N_("This is missing, or not as it has to be.")


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it was written.

    Args:
        model: as its `Config` reads it.
        moving: the fields that hold expressions, each with how they are worked out.
    """

    model: BaseModel
    moving: Mapping[str, str]

    def with_values(self, values: Mapping[str, Any]) -> BaseModel:
        """The configuration of this run.

        Raises:
            ExpressionError: an expression cannot be worked out.
            pydantic.ValidationError: what it gives cannot be used.
        """
        if not self.moving:
            return self.model
        given = self.model.model_dump()
        for name, how in self.moving.items():
            given[name] = fill(how, given[name], values)
        return type(self.model).model_validate(given)


def read(node: FlowNode[Any], config: Mapping[str, Any]) -> Written:
    """Read a configuration that has no problems (see `problems`)."""
    model = node.Config.model_validate(config)
    given = model.model_dump()
    moving = {
        name: how
        for name, how in _ways(node).items()
        if how != _RAW and any("{" in text for text in _texts(given[name]))
    }
    return Written(model, moving)


def problems(node: FlowNode[Any], config: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a configuration, field by field."""
    try:
        model = node.Config.model_validate(config)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            yield Problem("field", WRONG, field=".".join(map(str, one["loc"])))
        return
    given = model.model_dump()
    for name, how in _ways(node).items():
        if how != _RAW:
            yield from _unreadable(name, how, given[name])
    yield from node.problems(model)


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
