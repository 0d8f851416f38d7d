"""The pages of flows, a module an area."""

from . import (
    acts,
    builder,
    deciding,
    draft,
    drawn,
    hooks,
    limits,
    list_,
    new,
    path,
    present,
    replaying,
    run,
    runs,
    show,
    trial,
    versions,
)
from .base import blueprint

__all__ = [
    "acts",
    "blueprint",
    "builder",
    "deciding",
    "draft",
    "drawn",
    "hooks",
    "limits",
    "list_",
    "new",
    "path",
    "present",
    "replaying",
    "run",
    "runs",
    "show",
    "trial",
    "versions",
]
