"""What expressions can do: read values, compare, count, and use listed filters. Written as Jinja's are, and read by its parser,
but nothing is compiled: each part becomes one of the functions below, which know plain data only.

Nothing repeats, and all that filters are given and give is counted, so that a text of the longest takes milliseconds and
less than a megabyte whatever it says.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import Environment, nodes

from aerostic.flows.filters import FILTERS, TESTS
from aerostic.flows.sizes import MISSING, bounded, joined, weight

MOST_PARTS = 200
# Characters that the filters of one text may be given and give, all together.
MOST_WORK = 200_000
ARITHMETIC: dict[type[nodes.BinExpr], Callable[[Any, Any], Any]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda one, many: one in many,
    "notin": lambda one, many: one not in many,
}
# There are no comments: what looks like one is text. A statement begins as Jinja's do, to be refused.
# It only reads: nothing is rendered by it, so that there is nothing to escape.
_grammar = Environment(  # noqa: S701
    keep_trailing_newline=True, comment_start_string="\0#", comment_end_string="#\0", cache_size=0
)


class ForbiddenError(Exception):
    """A part of an expression that may not stand there; its name is the argument. '' where there are too many parts."""


class Working:
    """One working out: the values that are there, and how much filters have been given and gave."""

    __slots__ = ("used", "values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.used = 0

    def take(self, value: Any) -> Any:
        """The value.

        Raises:
            ValueError: it is too large, or it all has become too much.
        """
        self.used += weight(bounded(value))
        if self.used > MOST_WORK:
            raise ValueError("too much")
        return value


Work = Callable[[Working], Any]


def ready(text: str) -> tuple[Work, frozenset[str]]:
    """A text made ready to be worked out, and the names that it asks for. A single expression by itself keeps its type.

    Raises:
        ForbiddenError: something stands in it that may not.
        jinja2.TemplateSyntaxError, RecursionError, ValueError: it cannot be read.
    """
    if "{%" in text:
        raise ForbiddenError("Statement")
    tree = _grammar.parse(text)
    names = []
    for count, part in enumerate(tree.find_all(nodes.Node), 1):
        if count > MOST_PARTS:
            raise ForbiddenError("")
        if isinstance(part, nodes.Name):
            names.append(part.name)
    parts = [part for output in tree.body for part in _output(output)]
    works = [_made(part) for part in parts]
    if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData):
        return works[0], frozenset(names)
    return lambda working: joined(work(working) for work in works), frozenset(names)


def _output(node: nodes.Node) -> list[nodes.Expr]:
    if not isinstance(node, nodes.Output):
        raise ForbiddenError(type(node).__name__)
    return node.nodes


def _made(node: Any) -> Work:
    """The function that a part becomes.

    Raises:
        ForbiddenError: there is none for it.
    """
    maker = MAKERS.get(type(node))
    if maker is None:
        raise ForbiddenError(type(node).__name__)
    return maker(node)


def _data(node: nodes.TemplateData) -> Work:
    return lambda _working: node.data


def _const(node: nodes.Const) -> Work:
    value = node.value
    return lambda _working: value


def _name(node: nodes.Name) -> Work:
    name = _plain(node.name)
    return lambda working: working.values.get(name, MISSING)


def _attribute(node: nodes.Getattr) -> Work:
    of, key = _made(node.node), _plain(node.attr)
    return lambda working: _part(of(working), key)


def _item(node: nodes.Getitem) -> Work:
    if not isinstance(node.arg, nodes.Const):
        raise ForbiddenError("Getitem")
    of, key = _made(node.node), node.arg.value
    _plain(str(key))
    return lambda working: _part(of(working), key)


def _part(value: Any, key: Any) -> Any:
    """A key of an object or an item of a list, and never an attribute of what holds them."""
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list | tuple | str) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return MISSING


def _filter(node: nodes.Filter) -> Work:
    function = FILTERS.get(node.name)
    if function is None or node.node is None or node.dyn_args or node.dyn_kwargs:
        raise ForbiddenError("Filter")
    works = [_made(one) for one in (node.node, *node.args)]
    named = {_plain(str(one.key)): _made(one.value) for one in node.kwargs}

    def filtered(working: Working) -> Any:
        given = [working.take(work(working)) for work in works]
        more = {name: working.take(work(working)) for name, work in named.items()}
        return working.take(function(*given, **more))

    return filtered


def _test(node: nodes.Test) -> Work:
    function = TESTS.get(node.name)
    if function is None or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise ForbiddenError("Test")
    of = _made(node.node)
    return lambda working: function(of(working))


def _compare(node: nodes.Compare) -> Work:
    first = _made(node.expr)
    others = [(COMPARISONS[one.op], _made(one.expr)) for one in node.ops]

    def compared(working: Working) -> bool:
        left = first(working)
        for holds, work in others:
            right = work(working)
            if not holds(left, right):
                return False
            left = right
        return True

    return compared


def _and(node: nodes.And) -> Work:
    left, right = _made(node.left), _made(node.right)
    return lambda working: left(working) and right(working)


def _or(node: nodes.Or) -> Work:
    left, right = _made(node.left), _made(node.right)
    return lambda working: left(working) or right(working)


def _not(node: nodes.Not) -> Work:
    of = _made(node.node)
    return lambda working: not of(working)


def _negative(node: nodes.Neg) -> Work:
    of = _made(node.node)
    return lambda working: -_counting(of(working))


def _arithmetic(node: nodes.BinExpr) -> Work:
    work_out, left, right = ARITHMETIC[type(node)], _made(node.left), _made(node.right)
    return lambda working: bounded(work_out(_counting(left(working)), _counting(right(working))))


def _counting(value: Any) -> Any:
    """Arithmetic is for numbers: text times a number would be as long as one likes."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError("not a number")
    return bounded(value)


def _concat(node: nodes.Concat) -> Work:
    works = [_made(one) for one in node.nodes]
    return lambda working: working.take(joined(work(working) for work in works))


def _choice(node: nodes.CondExpr) -> Work:
    asked, yes = _made(node.test), _made(node.expr1)
    no = _made(node.expr2) if node.expr2 else lambda _working: MISSING
    return lambda working: yes(working) if asked(working) else no(working)


def _list(node: nodes.List) -> Work:
    works = [_made(one) for one in node.items]
    return lambda working: [work(working) for work in works]


def _plain(name: str) -> str:
    if name.startswith("_"):
        raise ForbiddenError(name)
    return name


MAKERS: dict[type[nodes.Node], Callable[[Any], Work]] = {
    nodes.TemplateData: _data,
    nodes.Const: _const,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Compare: _compare,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.Neg: _negative,
    nodes.Concat: _concat,
    nodes.CondExpr: _choice,
    nodes.List: _list,
    **dict.fromkeys(ARITHMETIC, _arithmetic),
}
