"""Generators that keep a transaction open leave the scope of whoever takes their values alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from aerostic.db import apart, current_scope, platform_scope, tenant_scope, transaction
from aerostic.db.scopes import NOTHING, Scope
from tests.support.factories import make_tenant

ROOT = Path(__file__).parents[3]


@apart
def scopes(scope: Scope) -> Iterator[Scope]:
    with transaction(scope):
        yield current_scope()
        yield current_scope()


def test_the_scope_within_is_not_that_outside(app: Flask) -> None:
    own = tenant_scope(make_tenant().id)
    values = scopes(own)
    assert (next(values), current_scope()) == (own, NOTHING)
    assert list(values) == [own]
    assert current_scope() == NOTHING


def test_one_that_is_left_in_the_middle_closes_its_transaction(app: Flask) -> None:
    values = scopes(platform_scope("tests"))
    next(values)
    values.close()  # type: ignore[attr-defined]
    assert current_scope() == NOTHING


def test_an_error_within_is_raised_outside(app: Flask) -> None:
    @apart
    def breaks() -> Iterator[int]:
        with transaction(platform_scope("tests")):
            yield 1
            raise ValueError("broken")

    values = breaks()
    assert next(values) == 1
    with pytest.raises(ValueError, match="broken"):
        next(values)


def generators(source: str) -> Iterator[tuple[str, set[str]]]:
    """Functions that yield within a transaction, each with its decorators."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            blocks = [block for block in ast.walk(function) if isinstance(block, ast.With)]
            opens = [block for block in blocks if any("transaction(" in ast.unparse(one) for one in block.items)]
            inner = {
                id(node)
                for one in ast.walk(function)
                if one is not function and isinstance(one, ast.FunctionDef)
                for node in ast.walk(one)
            }
            found = (node for block in opens for node in ast.walk(block) if id(node) not in inner)
            if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in found):
                yield function.name, {ast.unparse(one) for one in function.decorator_list}


def test_every_generator_with_a_transaction_is_apart() -> None:
    files = [*(ROOT / "aerostic").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    found = [(str(file), name, how) for file in files for name, how in generators(file.read_text())]
    assert [(file, name) for file, name, how in found if not how & {"apart", "contextmanager"}] == []
    assert len(found) > 5
