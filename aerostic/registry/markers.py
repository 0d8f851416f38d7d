"""The two pluggy markers, and the failure policy every tenant hook declares."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import pluggy

PROJECT = "aerostic"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Policy = Literal["strict", "isolated"]
F = TypeVar("F", bound=Callable[..., Any])


def tenant_hook(policy: Policy) -> Callable[[F], F]:
    """Mark a spec as a tenant hook.

    Args:
        policy: `strict`: an error of one plugin propagates, with the plugin's name; `isolated`: it is logged and
            counted, and the others still run.
    """

    def mark(function: F) -> F:
        function.aerostic_policy = policy  # type: ignore[attr-defined]
        return hookspec(function)

    return mark
