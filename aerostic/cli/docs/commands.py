"""The page of commands: what `--help` says of each."""

from collections.abc import Iterator

import click

from aerostic.cli.main import COMMANDS, main
from aerostic.registry import Registry

HEAD = """# Commands

What `aerostic COMMAND --help` says. Commands need the settings of the platform in their environment; with none, they find the
servers of an `aerostic up` that runs in the same folder.

"""
WIDTH = 100


def page(registry: Registry) -> str:
    """The whole page: the core's commands, then those of the built-in plugins."""
    top = click.Context(main, info_name="aerostic", **main.context_settings)
    found = {name: main.get_command(top, name) for name in COMMANDS}
    found |= {item.value.name: item.value for item in registry.declared("register_commands")}
    parts = [HEAD]
    for name, command in found.items():
        if command:
            parts.extend(_sections(command, name, top))
    return "".join(parts)


def _sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    level = "##" if parent.parent is None else "###"
    yield f"{level} `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found:
                yield from _sections(found, child, context)
