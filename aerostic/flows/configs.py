"""The configuration of a node: read once, its expressions worked out at each run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from aerostic.flows.contract import RAW, TYPED, FlowNode, Problem
from aerostic.flows.expressions import ExpressionError, Work, check, ready
from aerostic.flows.filters import shown
from aerostic.words import N_

WRONG = N_("This is missing, or not as it has to be.")


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it was written.

    Args:
        model: as its `Config` reads it.
        moving: what works out each field that holds expressions.
    """

    model: BaseModel
    moving: Mapping[str, Work]

    def with_values(self, values: Mapping[str, Any]) -> BaseModel:
        """The configuration of this run.

        Raises:
            ExpressionError: an expression cannot be worked out.
            pydantic.ValidationError: what it gives cannot be used.
        """
        if not self.moving:
            return self.model
        given = dict(vars(self.model))
        for name, work in self.moving.items():
            given[name] = work(values)
        return type(self.model).model_validate(given)


def read(node: FlowNode[Any], config: Mapping[str, Any]) -> Written:
    """Read a configuration that has no problems (see `problems`)."""
    model = node.Config.model_validate(config)
    given = model.model_dump()
    moving = {
        name: _filler(given[name], typed=how == TYPED)
        for name, how in _ways(node).items()
        if how != RAW and any("{" in text for text in _texts(given[name]))
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
        if how != RAW:
            yield from _unreadable(name, given[name])
    yield from node.problems(model)


def _unreadable(name: str, value: Any) -> Iterator[Problem]:
    for text in _texts(value):
        try:
            check(text)
        except ExpressionError as error:
            yield Problem("expression", str(error), field=name)
            return


def _ways(node: FlowNode[Any]) -> dict[str, Mapping[str, str]]:
    """How the expressions of each field are worked out."""
    fields = node.Config.model_fields
    return {name: info.json_schema_extra or {} for name, info in fields.items()}  # type: ignore[misc]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _filler(value: Any, *, typed: bool) -> Work:
    """What works out all the texts of a value."""
    if isinstance(value, str):
        return _text_filler(value, typed=typed)
    if isinstance(value, Mapping):
        named = {key: _filler(one, typed=typed) for key, one in value.items()}
        return lambda values: {key: one(values) for key, one in named.items()}
    if isinstance(value, list | tuple):
        listed = [_filler(one, typed=typed) for one in value]
        return lambda values: [one(values) for one in listed]
    return lambda _values: value


def _text_filler(text: str, *, typed: bool) -> Work:
    try:
        work = ready(text)
    except ExpressionError as error:
        # A version that was published when this could still be read: its run tells at the node what is wrong.
        told = str(error), error.part

        def unreadable(_values: Mapping[str, Any]) -> Any:
            raise ExpressionError(*told)

        return unreadable
    return work if typed else lambda values: shown(work(values))
