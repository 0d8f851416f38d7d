"""For the commands of plugins: an application to work in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import has_app_context

P = ParamSpec("P")
T = TypeVar("T")


def in_app(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command in the context of an application; one is made where none is there."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if has_app_context():
            return command(*args, **kwargs)
        # Plugins are imported while the application is being made, so it can only be asked for now.
        from aerostic.cli.processes import application

        with application().app_context():
            return command(*args, **kwargs)

    return run
