"""The one readable log: a line of a process behind its name."""

import zlib

import click

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green", "bright_magenta")
WIDTH = 10


def log_line(name: str, line: str) -> None:
    """Print one line; in colour on a terminal."""
    colour = "red" if name == "supervisor" else COLOURS[zlib.crc32(name.encode()) % len(COLOURS)]
    click.echo(f"{click.style(name.ljust(WIDTH), fg=colour)} │ {line}")


def announce(addresses: dict[str, str], logins: list[str]) -> None:
    """Print where everything is and whom to log in as, below the noise of the start."""
    width = max(map(len, addresses))
    lines = [f"{title.ljust(width)}  {address}" for title, address in addresses.items()]
    click.echo(
        "\n"
        + "\n".join([click.style("Aerostic is ready.", bold=True), *lines, "", *logins, "", "Ctrl-C stops it."])
        + "\n"
    )
