"""The page of hooks: each with its exact signature, its level, what an error does, and its docstring."""

import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from aerostic.registry import Registry, process_specs, tenant_specs
from aerostic.registry.manager import PROCESS_HOOKS, TENANT_HOOKS

HEAD = """# Hooks

A plugin implements a hook by a function of the hook's name, marked `@hookimpl`, in its package's `__init__.py`. It may leave
out arguments it does not need. A function whose name is no hook puts the plugin in quarantine.

**Process hooks** are called once, when a process starts, over every installed plugin; each returns a list of declarations,
which only the tenants that have the plugin on will see. **Tenant hooks** are called when something happens in a tenant, over
the plugins that it has on; the tenant's id is their first argument. Plugins are asked by (priority, name).

"""
MODULE = re.compile(r"\b(?:[a-z_]+\.)+(?=[A-Z])")
POLICIES = {
    "process": "puts the plugin in quarantine; where `AEROSTIC_PLUGIN_ERRORS` is `raise`, it stops start-up.",
    "strict": "stops what is being done: it propagates, with the plugin's name (strict).",
    "isolated": "is logged and counted; the other plugins still run (isolated).",
}


def page(registry: Registry) -> str:
    """The whole page."""
    process = [_hook(registry, process_specs, name, "process") for name in PROCESS_HOOKS]
    tenant = [_hook(registry, tenant_specs, name, policy) for name, policy in TENANT_HOOKS.items()]
    return HEAD + "## Process hooks\n\n" + "\n".join(process) + "\n## Tenant hooks\n\n" + "\n".join(tenant)


def signature(function: Callable[..., Any]) -> str:
    """The call as it stands in the source, e.g. `contact_opted_out(tenant: UUID) -> None`."""
    text = f"{function.__name__}{inspect.signature(function)}"
    return MODULE.sub("", text)


def _hook(registry: Registry, specs: ModuleType, name: str, policy: str) -> str:
    function = getattr(specs, name)
    users = ", ".join(f"`{plugin}`" for plugin in registry.manager.implementers(name)) or "none of ours"
    return (
        f"### `{name}`\n\n```python\n{signature(function)}\n```\n\n{inspect.getdoc(function)}\n\n"
        f"*An error* {POLICIES[policy]}\n\n*Implemented by* {users}.\n"
    )
