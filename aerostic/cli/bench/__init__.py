"""`aerostic bench NAME [--json]`: each benchmark measures a reference beside us, in the same run."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

NAMES = (
    "campaign",
    "webhooks",
    "statuses",
    "streams",
    "pages",
    "lists",
    "ledger",
    "audit",
    "crypto",
    "masking",
    "flows",
    "detection",
)


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(name: str, as_json: bool) -> None:
    """Measure one part against its reference. Machines are noisy: trust the ratios."""
    figures = import_module(f"aerostic.cli.bench.{name}").run()
    if as_json:
        click.echo(json.dumps(figures))
        return
    for key, value in _flat(figures):
        click.echo(f"{key:>24}  {value}")


def _flat(figures: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Figures of figures under one name, such as `single.ratio`."""
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
