"""What plugins declare is held to the rules at start-up; one that breaks them is put aside alone."""

import pytest

from tests.core.registry.conftest import Shelf

WRONG = {
    "t_misspelt": ("@hookimpl\ndef register_chanels(): return []", "there is no hook 'register_chanels'"),
    "t_unknown_argument": ("@hookimpl\ndef plugin_enabled(tenant, nonsense): ...", "nonsense"),
    "t_wraps": ("@hookimpl(wrapper=True)\ndef contact_opted_out(): return (yield)", "plugins may not wrap a hook"),
    "t_old_wrapper": ("@hookimpl(hookwrapper=True)\ndef plugin_enabled(): yield", "plugins may not wrap a hook"),
    "t_raises_late": ("@hookimpl\ndef register_channels(): raise OSError('away')", "declaring failed: OSError('away')"),
    "t_exits_late": ("@hookimpl\ndef register_jobs(): raise SystemExit(2)", "declaring failed: SystemExit(2)"),
    "t_permission": (
        "@hookimpl\ndef register_permissions(): return [Permission('other.edit', 'E', frozenset())]",
        "'other.edit' has to start with 't_permission.'",
    ),
    "t_job": (
        "@hookimpl\ndef register_jobs(): return [Schedule('sweep', print, 5)]",
        "'sweep' has to start with 't_job.'",
    ),
    "t_handler": (
        "@hookimpl\ndef register_event_handlers(): return [EventHandler('x.y', frozenset(), print)]",
        "'x.y' has to start with 't_handler.'",
    ),
    "t_rule": (
        "class Rule:\n    name = 'cheap'\n@hookimpl\ndef register_billing_rules(): return [Rule()]",
        "'cheap' has to start with 't_rule.'",
    ),
    "t_blueprint": (
        "import flask\n@hookimpl\ndef register_blueprints():\n"
        "    return [BlueprintIn('app', flask.Blueprint('pages', __name__))]",
        "the blueprint 'pages' has to be named t_blueprint_app",
    ),
    "t_console": (
        "import flask\n@hookimpl\ndef register_console_pages():\n"
        "    return [ConsolePages('reseller', flask.Blueprint('t_console_app', __name__), 'T', 'tag')]",
        "the blueprint 't_console_app' has to be named t_console_reseller",
    ),
    "t_everywhere": (
        "import flask\npages = flask.Blueprint('t_everywhere_app', __name__)\n"
        "@pages.before_app_request\ndef spy(): ...\n"
        "@hookimpl\ndef register_blueprints(): return [BlueprintIn('app', pages)]",
        "registers something for the whole application",
    ),
    "t_errors": (
        "import flask\npages = flask.Blueprint('t_errors_app', __name__)\n"
        "@pages.app_errorhandler(404)\ndef hide(error): return 'all is well'\n"
        "@hookimpl\ndef register_blueprints(): return [BlueprintIn('app', pages)]",
        "registers something for the whole application",
    ),
    "t_twice": (
        "import flask\npages = flask.Blueprint('t_twice_app', __name__)\n"
        "pages.add_url_rule('/a', 'a', lambda: 'a')\npages.add_url_rule('/b', 'a', lambda: 'b')\n"
        "@hookimpl\ndef register_blueprints(): return [BlueprintIn('app', pages)]",
        "cannot be mounted",
    ),
    "t_command": (
        "import click\n@hookimpl\ndef register_commands(): return [click.Command('up')]",
        "the command 'up' has to be 't_command', or start with 't_command-'",
    ),
    "t_provider": (
        "class Pay:\n    name = 'cash'\n@hookimpl\ndef register_payment_providers(): return [Pay()]",
        "the payment provider 'cash' has to be 't_provider', or start with 't_provider-'",
    ),
    "t_type": ("@hookimpl\ndef register_jobs(): return ['t_type.job']", "returns Schedule objects, not 't_type.job'"),
    "t_double": (
        "@hookimpl\ndef register_jobs(): return [Schedule('t_double.a', print, 5), Schedule('t_double.a', repr, 5)]",
        "'t_double.a' is declared twice",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_declaration_puts_its_plugin_aside_and_no_other(shelf: Shelf, name: str) -> None:
    body, reason = WRONG[name]
    shelf.write(name, body)
    shelf.write("t_good", "@hookimpl\ndef register_jobs(): return [Schedule('t_good.tidy', print, 60)]")
    registry = shelf.load()
    assert [item.name for item in registry.quarantined] == [name]
    assert reason in registry.quarantined[0].reason
    assert list(registry.plugins) == ["t_good"]
    assert [item.value.name for item in registry.declared("register_jobs")] == ["t_good.tidy"]
    assert not registry.manager.has_plugin(name)


def test_a_plugin_that_is_put_aside_never_hears_of_anything(shelf: Shelf) -> None:
    shelf.write(
        "t_aside",
        """
        @hookimpl
        def contact_opted_out(tenant): raise AssertionError
        @hookimpl
        def register_jobs(): raise RuntimeError
        """,
    )
    registry = shelf.load()
    assert registry.manager.hook.contact_opted_out.get_hookimpls() == []
    assert "t_aside" not in registry.view(frozenset({"t_aside"})).enabled


def test_two_plugins_cannot_bring_the_same_channel(shelf: Shelf) -> None:
    body = "class Sms:\n    kind = 'sms'\n@hookimpl\ndef register_channels(): return [Sms()]"
    shelf.write("t_a", body)
    shelf.write("t_b", body)
    assert shelf.reasons() == {"t_b": "t_b: the channel 'sms' is already brought by t_a."}


def test_a_hanging_declaration_is_given_up(shelf: Shelf) -> None:
    shelf.write("t_waits", "import threading\n@hookimpl\ndef register_jobs(): threading.Event().wait(60)")
    assert shelf.reasons(plugin_import_seconds=0.5) == {
        "t_waits": "t_waits: declaring took longer than 0.5 s and was given up."
    }


def test_settings_that_would_take_unknown_keys_are_refused(shelf: Shelf) -> None:
    shelf.write_raw(
        "t_loose",
        """
        import pydantic
        from aerostic.sdk import Plugin
        class Loose(pydantic.BaseModel): x: int = 1
        plugin = Plugin(name="t_loose", title="", version="1", description="", author="", settings=Loose)
        """,
    )
    assert "extra='forbid'" in shelf.reasons()["t_loose"]
