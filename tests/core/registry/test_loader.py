"""Finding and importing plugins: their order, and each kind of broken one put aside alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aerostic.registry import PluginError, load_registry
from aerostic.registry.manager import SealedError
from aerostic.settings import Settings
from tests.core.registry.conftest import Shelf

ORDER = "from aerostic.registry import load_registry; from aerostic.settings import Settings;"
ORDER += "print(*load_registry(Settings(_env_file=None)).plugins)"


def test_plugins_are_ordered_by_priority_then_name(shelf: Shelf) -> None:
    for name, priority in (("t_beta", 100), ("t_last", 200), ("t_alpha", 100), ("t_first", 1)):
        shelf.write(name, more=f"priority={priority}")
    assert list(shelf.load().plugins) == ["t_first", "t_alpha", "t_beta", "t_last"]


def test_the_order_is_the_same_from_two_working_directories(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]

    def order(folder: Path) -> list[str]:
        done = subprocess.run((sys.executable, "-c", ORDER), cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout.split()

    here = order(root)
    assert here == order(tmp_path)
    assert here == sorted(here)


def test_two_plugins_of_one_name_are_an_error_that_names_both(shelf: Shelf, tmp_path: Path) -> None:
    first = shelf.write("t_twin")
    other = Shelf(tmp_path / "more")
    second = other.write("t_twin")
    with pytest.raises(PluginError, match="Two plugins are called 't_twin'") as caught:
        shelf.load(plugin_path=[shelf.folder, other.folder])
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_a_plugin_that_takes_the_name_of_a_built_in_one_is_an_error(shelf: Shelf) -> None:
    shelf.write("whatsapp")
    with pytest.raises(PluginError, match=r"Two plugins are called 'whatsapp'.*aerostic_whatsapp of aerostic"):
        shelf.load()


BROKEN = {
    "t_raises": ("raise RuntimeError('no network')", "import failed: RuntimeError('no network')"),
    "t_exits": ("import sys; sys.exit(3)", "import failed: SystemExit(3)"),
    "t_missing": ("import t_not_there", "import failed: ModuleNotFoundError"),
    "t_syntax": ("def", "import failed: SyntaxError"),
    "t_shapeless": ("plugin = 'me'", "has no `plugin = Plugin(...)`"),
    "t_newer": (
        "from aerostic.sdk import Plugin\n"
        "plugin = Plugin(name='t_newer', title='', version='1', description='', author='', api=99)",
        "written for plugin API 99, this core speaks 1",
    ),
    "t_other": (
        "from aerostic.sdk import Plugin\n"
        "plugin = Plugin(name='someone', title='', version='1', description='', author='')\n"
        "__name__ = 'else'",
        "calls itself 'someone'",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_put_aside_with_its_reason_and_the_others_load(shelf: Shelf, name: str) -> None:
    source, reason = BROKEN[name]
    shelf.write_raw(name, source)
    shelf.write("t_good")
    registry = shelf.load()
    assert list(registry.plugins) == ["t_good"]
    assert [item.name for item in registry.quarantined] == [name]
    assert reason in registry.quarantined[0].reason


def test_a_plugin_whose_models_break_is_put_aside(shelf: Shelf) -> None:
    shelf.write("t_models", models="raise ValueError('bad column')")
    shelf.write("t_good")
    assert shelf.reasons() == {"t_models": "t_models: import failed: ValueError('bad column')"}


def test_a_plugin_whose_table_lacks_its_prefix_is_put_aside(shelf: Shelf) -> None:
    shelf.write("t_tables", models="class Thing:\n    __tablename__ = 'thing'")
    assert shelf.reasons() == {"t_tables": "t_tables: the table 'thing' has to be named t_tables__thing."}


def test_a_plugin_that_hangs_at_import_is_given_up(shelf: Shelf) -> None:
    shelf.write_raw("t_hangs", "import threading; threading.Event().wait(60)")
    shelf.write("t_good")
    assert shelf.reasons(plugin_import_seconds=0.5) == {
        "t_hangs": "t_hangs: import took longer than 0.5 s and was given up."
    }


def test_where_errors_are_raised_a_broken_plugin_stops_start_up(shelf: Shelf) -> None:
    shelf.write_raw("t_raises", "raise RuntimeError('no network')")
    with pytest.raises(PluginError, match=r"t_raises.*no network"):
        shelf.load(plugin_errors="raise")


def test_an_allow_list_leaves_the_others_unimported(shelf: Shelf) -> None:
    shelf.write("t_wanted")
    shelf.write_raw("t_unwanted", "raise RuntimeError")
    registry = shelf.load(plugins=["t_wanted"])
    assert list(registry.plugins) == ["t_wanted"]
    assert registry.quarantined == []
    assert "t_unwanted" not in sys.modules


def test_an_empty_allow_list_means_no_plugins() -> None:
    assert dict(load_registry(Settings(_env_file=None, plugins=[])).plugins) == {}


def test_folders_may_be_given_in_the_environment(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("t_dropped")
    monkeypatch.setenv("AEROSTIC_PLUGIN_PATH", os.pathsep.join([str(shelf.folder)]))
    monkeypatch.setenv("AEROSTIC_PLUGINS", '["t_dropped"]')
    assert list(load_registry(Settings(_env_file=None)).plugins) == ["t_dropped"]


def test_a_plugin_path_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"AEROSTIC_PLUGIN_PATH names .* which is not a folder"):
        load_registry(Settings(_env_file=None, plugin_path=[tmp_path / "gone"]))


def test_loading_twice_in_one_process_imports_a_folder_once(shelf: Shelf) -> None:
    shelf.write("t_once")
    assert shelf.load().modules["t_once"] is shelf.load().modules["t_once"]


def test_a_folder_named_like_another_module_never_replaces_it(shelf: Shelf) -> None:
    import json

    shelf.write("json")
    assert "another module called 'json'" in shelf.reasons()["json"]
    assert sys.modules["json"] is json
    shelf.names.clear()


def test_a_plugin_that_needs_one_that_is_not_installed_is_put_aside(shelf: Shelf) -> None:
    shelf.write("t_needy", more="depends=('t_absent',)")
    assert shelf.reasons() == {"t_needy": "t_needy: needs t_absent: install that too."}


def test_nothing_can_be_registered_or_removed_after_start_up(shelf: Shelf) -> None:
    shelf.write("t_early")
    registry = shelf.load()
    with pytest.raises(SealedError):
        registry.manager.register(object(), "late")
    with pytest.raises(SealedError):
        registry.manager.unregister(name="t_early")
