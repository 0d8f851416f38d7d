"""`aerostic ...`: the commands, the supervisor of processes and the private servers."""

from aerostic.cli.main import main

__all__ = ["main"]
