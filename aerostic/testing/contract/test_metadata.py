"""A plugin loads, says what it is, and explains itself."""

from importlib.metadata import entry_points
from pathlib import Path

from pydantic import SecretStr

from aerostic.registry.loader import GROUP
from aerostic.registry.plugin import API
from aerostic.testing.plugin import installed


def folder(plugin: str) -> Path:
    """Where the plugin's package lies."""
    return Path(installed().modules[plugin].__path__[0])


def test_every_installed_plugin_can_be_loaded() -> None:
    assert {left_out.name: left_out.reason for left_out in installed().quarantined} == {}


def test_its_metadata_is_complete(installed_plugin: str) -> None:
    plugin = installed().plugins[installed_plugin]
    empty = [name for name in ("title", "version", "description", "author") if not getattr(plugin, name).strip()]
    assert empty == []
    assert plugin.api == API
    assert plugin.description.endswith("."), "the description is one sentence"


def test_its_entry_point_has_its_name(installed_plugin: str) -> None:
    package = installed().modules[installed_plugin].__name__
    names = {entry.name for entry in entry_points(group=GROUP) if entry.value == package}
    assert names <= {installed_plugin}


def test_it_has_a_readme(installed_plugin: str) -> None:
    readme = folder(installed_plugin) / "README.md"
    assert readme.is_file(), "put a README.md into the package, and into its package data"
    assert readme.read_text().startswith("# ")


def test_what_it_depends_on_is_installed(installed_plugin: str) -> None:
    assert set(installed().plugins[installed_plugin].depends) <= set(installed().plugins)


def test_its_settings_are_explained(installed_plugin: str) -> None:
    model = installed().plugins[installed_plugin].settings
    if model is None:
        return
    assert model.model_config.get("extra") == "forbid"
    assert [name for name, field in model.model_fields.items() if not field.description] == []
    hidden = (SecretStr, SecretStr | None)
    loose = [
        name
        for name, field in model.model_fields.items()
        if "SecretStr" in str(field.annotation) and field.annotation not in hidden
    ]
    assert loose == [], "a secret is a field of its own: SecretStr, or SecretStr | None"
