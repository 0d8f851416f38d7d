"""A server that behaves like WhatsApp's Cloud API, for trying things out without an account, and for tests."""

import click

from aerostic.sdk import N_, Plugin, hookimpl

plugin = Plugin(
    name="emulator",
    title=N_("WhatsApp emulator"),
    version="0.1.0",
    description=N_("A local stand-in for the Cloud API, with outcomes, limits and faults at will."),
    author="Aerostic",
)


@hookimpl
def register_commands() -> list[click.Command]:
    """The command `emulator`."""
    from aerostic_emulator.cli import emulator

    return [emulator]
