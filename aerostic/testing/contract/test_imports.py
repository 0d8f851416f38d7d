"""A plugin imports from Aerostic only the SDK, and no other plugin."""

import ast
from collections.abc import Iterator
from pathlib import Path

from aerostic.testing.plugin import installed


def imported(source: str) -> Iterator[str]:
    """The modules a source text imports by absolute name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            if node.module == "aerostic":
                yield from (f"aerostic.{name.name}" for name in node.names)


def strangers(source: str, others: set[str]) -> list[str]:
    """The imports that are not allowed: the core past its SDK, and the packages of other plugins."""
    found = set()
    for module in imported(source):
        root, _, rest = module.partition(".")
        core = root == "aerostic" and rest.partition(".")[0] != "sdk" and module != "aerostic"
        if core or root in others:
            found.add(module)
    return sorted(found)


def test_it_imports_nothing_of_the_core_but_the_sdk(installed_plugin: str) -> None:
    modules = installed().modules
    others = {module.__name__ for name, module in modules.items() if name != installed_plugin}
    package = Path(modules[installed_plugin].__path__[0])
    files = {file.relative_to(package): strangers(file.read_text(), others) for file in package.rglob("*.py")}
    assert {str(file): found for file, found in files.items() if found} == {}
