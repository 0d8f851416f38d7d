"""Expressions: `{{ contact.first_name | default("there") }}`, the one evaluator for every field that a person writes.

Jinja2's sandbox, cut down to expressions: no statements, no calls, no names with an underscore in front, listed filters
and tests only, arithmetic with numbers only. Nothing repeats, and every value in between is bounded, so that time and
memory are.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from jinja2 import ChainableUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from aerostic.flows.filters import FILTERS, TESTS, bounded, shown
from aerostic.words import N_

Work = Callable[[Mapping[str, Any]], Any]
LONGEST, MOST_PARTS = 4_096, 200
ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%"})
# What may stand between two braces.
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Concat,
    nodes.CondExpr,
    nodes.List,
)
# SecurityError is one of TemplateRuntimeError's: what is compared with something that is not there is another.
UNWORKABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, TemplateRuntimeError)
TOO_LONG = N_("An expression has at most 4096 characters and 200 parts. Split it over several steps.")
NOT_ALLOWED = N_("Only values, listed filters, comparisons and arithmetic may stand between the braces.")
FAILED = N_("The expression could not be worked out with these values.")


class ExpressionError(ValueError):
    """An expression cannot be read, or not be worked out; says why. `part` names what was not allowed."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = ARITHMETIC

    def __init__(self) -> None:
        super().__init__(undefined=ChainableUndefined, finalize=shown, keep_trailing_newline=True, cache_size=0)
        self.filters, self.tests, self.globals = dict(FILTERS), dict(TESTS), {}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic is for numbers: text times a number would be as long as one likes."""
        for value in (left, right):
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
                raise SecurityError(operator)
        return bounded(super().call_binop(context, operator, left, right))


_environment = _Environment()


def check(text: str) -> frozenset[str]:
    """Read a text with expressions. Returns the names that it asks for.

    Raises:
        ExpressionError: it cannot be read, or holds what is not allowed.
    """
    return _read(text)[1]


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """Work a text out. One that is a single expression keeps its type, every other becomes text.

    What is not there is empty: `{{ contact.nickname }}` of a contact without one is ''.

    Raises:
        ExpressionError: see `check`; or it cannot be worked out with these values.
    """
    return ready(text)(values)


def render(text: str, values: Mapping[str, Any]) -> str:
    """Work a text out as text. Raises as `evaluate`."""
    return shown(evaluate(text, values))


def ready(text: str) -> Work:
    """`evaluate` for one text and many values.

    Raises:
        ExpressionError: see `check`.
    """
    if "{" not in text:
        return lambda _values: text
    work, _names = _read(text)

    def worked_out(values: Mapping[str, Any]) -> Any:
        try:
            return _settled(work(values))
        except UNWORKABLE as error:
            raise ExpressionError(FAILED, type(error).__name__) from None

    return worked_out


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[Work, frozenset[str]]:
    if len(text) > LONGEST:
        raise ExpressionError(TOO_LONG)
    try:
        tree = _environment.parse(text)
        _check_parts(tree)
        names = frozenset(find_undeclared_variables(tree))
        return _compiled(tree), names
    except (TemplateSyntaxError, RecursionError) as error:
        raise ExpressionError(NOT_ALLOWED, str(error)[:200]) from None


def _compiled(tree: nodes.Template) -> Work:
    """A single expression by itself is worked out as what it is; in a text, it is written into it."""
    alone = tree.body[0].nodes[0] if len(tree.body) == 1 and len(tree.body[0].nodes) == 1 else None  # type: ignore[attr-defined]
    if alone is None or isinstance(alone, nodes.TemplateData):
        return _environment.from_string(tree).render
    path = _path(alone)
    if path:
        return partial(_along, *path)
    kept = nodes.Template([nodes.Assign(nodes.Name("result", "store"), alone, lineno=1)], lineno=1)
    return TemplateExpression(_environment.from_string(kept), undefined_to_none=True)


def _path(part: nodes.Node) -> tuple[str, list[str]] | None:
    """A name and its attributes, as most expressions are: they need nothing of what a template is made of."""
    attributes: list[str] = []
    while isinstance(part, nodes.Getattr):
        attributes.insert(0, part.attr)
        part = part.node
    return (part.name, attributes) if isinstance(part, nodes.Name) else None


def _along(name: str, attributes: list[str], values: Mapping[str, Any]) -> Any:
    found = values[name] if name in values else _environment.undefined(name=name)
    for attribute in attributes:
        found = _environment.getattr(found, attribute)
    return None if isinstance(found, Undefined) else found


def _check_parts(tree: nodes.Template) -> None:
    parts = list(tree.find_all(nodes.Node))
    if len(parts) > MOST_PARTS:
        raise ExpressionError(TOO_LONG)
    for part in parts:
        if not isinstance(part, ALLOWED) or _is_hidden(part):
            raise ExpressionError(NOT_ALLOWED, type(part).__name__)


def _is_hidden(part: nodes.Node) -> bool:
    if isinstance(part, nodes.Getattr):
        return part.attr.startswith("_")
    if isinstance(part, nodes.Name):
        return part.name.startswith("_")
    if isinstance(part, nodes.Getitem):
        return not isinstance(part.arg, nodes.Const) or str(part.arg.value).startswith("_")
    if isinstance(part, nodes.Filter):
        return part.name not in FILTERS
    return isinstance(part, nodes.Test) and part.name not in TESTS


def _settled(value: Any) -> Any:
    """What is not there is empty in the end."""
    return "" if value is None else bounded(value)
