"""`aerostic theme new | check | pack | install | list`: making themes, and putting them where pages find them."""

import shutil
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from aerostic import __version__
from aerostic.settings import get_settings
from aerostic.web.themes import archive, chains
from aerostic.web.themes.catalogue import Catalogue, find_folders
from aerostic.web.themes.checking import check as check_rules
from aerostic.web.themes.files import read_folder, redrawn
from aerostic.web.themes.manifest import Manifest
from aerostic.web.themes.rules import Finding, RefusedError
from aerostic.web.themes.starter import starter
from aerostic.web.themes.theme import build

SOURCE = click.argument("source", type=click.Path(exists=True, path_type=Path))


@click.group()
def theme() -> None:
    """Looks of the pages: make, check, pack and install them."""


@theme.command()
@click.argument("name")
@click.option("--folder", default="themes", show_default=True, type=click.Path(path_type=Path), help="Where to put it.")
def new(name: str, folder: Path) -> None:
    """Write the theme NAME to start from: a manifest, tokens, a footer."""
    target = folder / name
    if target.exists():
        raise click.ClickException(f"{target} is there already: choose another name, or change it in place.")
    files = starter(name, __version__)
    if manifest_findings := [item for item in check_rules(name, files)[1] if not item.warning]:
        raise click.ClickException(str(manifest_findings[0]))
    _write(target, files)
    click.echo(f"{target} is a theme. Change tokens.css, then: aerostic theme check {target}")


@theme.command()
@SOURCE
def check(source: Path) -> None:
    """Hold a folder or a ZIP to the rules; warnings do not fail."""
    name, files, findings = _read(source)
    manifest, more = _check(name, files, uploaded=source.is_file())
    findings += more
    for finding in findings:
        click.echo(f"{'warning' if finding.warning else 'error'}: {finding}")
    if any(not finding.warning for finding in findings) or manifest is None:
        raise SystemExit(1)
    click.echo(f"{manifest.name} {manifest.version} keeps the rules.")


@theme.command()
@SOURCE
@click.option("--output", type=click.Path(path_type=Path), help="The ZIP; NAME-VERSION.zip when left out.")
def pack(source: Path, output: Path | None) -> None:
    """Check a folder and pack it as a ZIP."""
    manifest, files = _usable(source, uploaded=False)
    output = output or Path(f"{manifest.name}-{manifest.version}.zip")
    output.write_bytes(archive.pack(manifest.name, files))
    click.echo(f"{output} holds {manifest.name} {manifest.version}, {len(files)} files.")


@theme.command()
@SOURCE
def install(source: Path) -> None:
    """Put a ZIP, or a folder, among the installed themes. Templates are not taken: an operator copies those by hand."""
    manifest, files = _usable(source, uploaded=True)
    installed = get_settings().var / "themes"
    taken = find_folders(get_settings().var).get(manifest.name)
    if taken and taken.parent != installed:
        raise click.ClickException(f"{manifest.name} is the name of the theme in {taken}: rename yours.")
    _write(installed / manifest.name, {path: redrawn(path, data) for path, data in files.items()})
    click.echo(f"{manifest.name} {manifest.version} is installed; processes find it when they start again.")


@theme.command("list")
def list_() -> None:
    """Show the themes there are, what each builds on, and whether it can be used."""
    themes = _catalogue()
    table = Table("theme", "version", "trust", "extends", "for", "state", box=None, pad_edge=False)
    for name, folder in themes.folders.items():
        manifest, findings = _check(name, read_folder(folder)[0], uploaded=False)
        state = next((finding.rule for finding in findings if not finding.warning), "usable")
        if manifest:
            resellers = ", ".join(manifest.resellers) or "everybody"
            table.add_row(name, manifest.version, manifest.trust, manifest.extends or "–", resellers, state)
        else:
            table.add_row(name, "?", "?", "?", "?", state)
    Console(soft_wrap=True).print(table)


def _usable(source: Path, *, uploaded: bool) -> tuple[Manifest, dict[str, bytes]]:
    """A theme that keeps the rules, and its files."""
    name, files, findings = _read(source)
    manifest, more = _check(name, files, uploaded=uploaded)
    errors = [finding for finding in [*findings, *more] if not finding.warning]
    if errors or manifest is None:
        raise click.ClickException("\n".join(map(str, errors)))
    return manifest, files


def _read(source: Path) -> tuple[str, dict[str, bytes], list[Finding]]:
    """The name that the folder has, if it is one, and the files."""
    if source.is_dir():
        return source.resolve().name, *read_folder(source)
    try:
        return "", archive.unpack(source.read_bytes()), []
    except RefusedError as error:
        return "", {}, error.findings


def _check(name: str, files: dict[str, bytes], *, uploaded: bool) -> tuple[Manifest | None, list[Finding]]:
    if not files:
        return None, []
    manifest, findings = check_rules(name, files, uploaded=uploaded)
    if manifest and not any(not finding.warning for finding in findings):
        findings += chains.chain_of(build(manifest, files), _catalogue().get)[1]
    return manifest, findings


def _catalogue() -> Catalogue:
    return Catalogue(find_folders(get_settings().var))


def _write(target: Path, files: dict[str, bytes]) -> None:
    """Write a folder as a whole: beside its place first, so that no process ever reads half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as beside:
        whole = Path(beside) / target.name
        for path, data in files.items():
            (whole / path).parent.mkdir(parents=True, exist_ok=True)
            (whole / path).write_bytes(data)
        if target.exists():
            shutil.rmtree(target)
        whole.rename(target)
