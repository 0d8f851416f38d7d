"""The group of commands. A command is imported when it is asked for, so that a broken one leaves the others working."""

from importlib import import_module

import click

COMMANDS = {
    "up": ("aerostic.cli.up:up", "Start everything and watch over it."),
    "migrate": ("aerostic.cli.migrate:migrate", "Bring the tables of core and plugins up to date."),
    "plugins": ("aerostic.cli.migrate:plugins", "Plugins: which there are, on and off for a tenant, and their tables."),
    "contacts": ("aerostic.cli.contacts:contacts", "Import contacts from a CSV file."),
    "flow": (
        "aerostic.cli.flows:flow",
        "Flows of a tenant: import, export, publish, run, trace, retry and replay them.",
    ),
    "people": ("aerostic.cli.people:people", "Help people who cannot sign in any more."),
    "keys": ("aerostic.cli.keys:keys", "Look after the keys that encrypt personal data and secrets."),
    "ledger": ("aerostic.cli.ledger:ledger", "Prove that the books balance."),
    "audit": ("aerostic.cli.audit:audit", "Prove that the audit chains are whole, and sign where they stand."),
    "bench": ("aerostic.cli.bench:bench", "Measure one part against its reference."),
    "docs": ("aerostic.cli.docs:docs", "Write the reference pages from the code, check them, build the site."),
    "theme": ("aerostic.cli.themes:theme", "Make, check, pack and install looks of the pages."),
    "frontend": ("aerostic.cli.frontend:frontend", "Build the page bundle."),
    "demo": ("aerostic.cli.demo.command:demo", "Run a campaign of 2,000 through the emulator and check every figure."),
    "seed": ("aerostic.cli.processes:seed", "Put the demo's data into the database."),
    "front": ("aerostic.cli.processes:front", "Run the front door."),
    "web": ("aerostic.cli.processes:web", "Run the pages."),
    "hooks": ("aerostic.cli.processes:hooks", "Run the intake of webhooks."),
    "live": ("aerostic.cli.processes:live", "Run the live updates of open pages."),
    "ml": ("aerostic.cli.processes:ml", "Run the machine-learning service."),
    "worker": ("aerostic.cli.processes:worker", "Run a worker of queues."),
    "stream": ("aerostic.cli.processes:stream", "Run the relay and the consumers of streams."),
    "detect": ("aerostic.cli.detect:detect", "Watch what happens, and act on what is odd."),
    "cron": ("aerostic.cli.processes:cron", "Run the clock of recurring jobs."),
}


class Commands(click.Group):
    """The core's commands, and those that plugins bring."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names: the core's in the order above, then the plugins'."""
        return [*COMMANDS, *sorted(plugin_commands())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command by its name; plugins are loaded only for a name the core does not know."""
        if name not in COMMANDS:
            return plugin_commands().get(name)
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing a command of the core."""
        extra = {name: command.get_short_help_str() for name, command in sorted(plugin_commands().items())}
        with formatter.section("Commands"):
            formatter.write_dl([*((name, text) for name, (_, text) in COMMANDS.items()), *extra.items()])


def plugin_commands() -> dict[str, click.Command]:
    """The commands of the installed plugins, by name."""
    from aerostic.registry import load_registry
    from aerostic.settings import get_settings

    registry = load_registry(get_settings())
    return {declared.value.name: declared.value for declared in registry.declared("register_commands")}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Aerostic: multi-tenant WhatsApp marketing on a plugin core."""
