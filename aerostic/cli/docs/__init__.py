"""`aerostic docs write | check | build`: the reference pages, written from the code, and the documents as a site."""

from pathlib import Path

import click

from aerostic.cli.docs import commands, declared, hooks, openapi, settings
from aerostic.cli.docs.builtin import builtin_registry

FOLDER = Path(__file__).parents[3] / "docs"
NOTE = "<!-- Written by `aerostic docs write` from the code. Change the code, then run it. -->\n\n"


def pages() -> dict[str, str]:
    """The text of every reference page, by its file name."""
    registry = builtin_registry()
    texts = {
        "hooks.md": hooks.page(registry),
        "settings.md": settings.page(registry),
        "events.md": declared.events(),
        "permissions.md": declared.permissions(registry),
        "commands.md": commands.page(registry),
    }
    noted = {name: NOTE + text.rstrip() + "\n" for name, text in texts.items()}
    return {**noted, "openapi.json": openapi.page(registry)}


@click.group()
def docs() -> None:
    """The documents: reference pages from the code, and the site."""


@docs.command()
def write() -> None:
    """Write the reference pages anew."""
    folder = FOLDER / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)
        click.echo(f"docs/reference/{name}")


@docs.command()
def check() -> None:
    """Compare the reference pages with the code. Ends with 1 on a difference."""
    folder = FOLDER / "reference"
    differing = [
        name for name, text in pages().items() if not (folder / name).exists() or (folder / name).read_text() != text
    ]
    for name in differing:
        click.echo(f"docs/reference/{name} does not say what the code does: run `aerostic docs write`", err=True)
    if differing:
        raise SystemExit(1)
    click.echo("documents and code agree")


@docs.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("build/docs"))
def build(folder: Path) -> None:
    """Make the site, as HTML in FOLDER; a broken link is an error."""
    try:
        from sphinx.cmd.build import build_main
    except ImportError:
        raise click.ClickException("Sphinx is not installed: pip install 'aerostic[dev]'") from None
    if build_main(["-W", "--keep-going", "-q", "-b", "html", str(FOLDER), str(folder)]):
        raise SystemExit(1)
    click.echo(str(folder / "index.html"))
