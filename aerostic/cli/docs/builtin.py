"""The plugins that our own documents speak of: those of this distribution, whatever else is installed."""

from importlib.metadata import distribution

from aerostic.registry import Registry, load_registry
from aerostic.registry.loader import GROUP
from aerostic.settings import Settings


def builtin_registry() -> Registry:
    """A registry of the plugins that come with Aerostic.

    Raises:
        PluginError: one of them cannot be loaded.
    """
    names = [entry.name for entry in distribution("aerostic").entry_points.select(group=GROUP)]
    return load_registry(Settings(_env_file=None, plugins=names, plugin_path=[], plugin_errors="raise"))
