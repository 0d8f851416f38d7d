"""`aerostic bench NAME [--json]`: each benchmark measures a reference beside us, in the same run."""

import json
from importlib import import_module

import click

NAMES = ("campaign", "webhooks", "statuses", "streams", "pages", "lists")


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(name: str, as_json: bool) -> None:
    """Measure one part against its reference. Machines are noisy: trust the ratios."""
    figures = import_module(f"aerostic.cli.bench.{name}").run()
    if as_json:
        click.echo(json.dumps(figures))
        return
    for key, value in figures.items():
        click.echo(f"{key:>22}  {value}")
