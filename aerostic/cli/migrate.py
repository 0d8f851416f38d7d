"""Where migrations meet the plugins: each plugin's folder of migrations, those it depends on first."""

from graphlib import TopologicalSorter
from pathlib import Path

from aerostic.registry import Registry


def migration_folders(registry: Registry) -> dict[str, Path]:
    """Name and folder of migrations of every plugin, in the order they are to be upgraded."""
    order = TopologicalSorter({name: plugin.depends for name, plugin in registry.plugins.items()}).static_order()
    return {name: Path(registry.modules[name].__path__[0]) / "migrations" for name in order if name in registry.modules}
