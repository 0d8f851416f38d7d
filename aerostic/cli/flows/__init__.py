"""`aerostic flow ...`."""

from aerostic.cli.flows import deciding, looking  # noqa: F401
from aerostic.cli.flows.drawing import flow

__all__ = ["flow"]
