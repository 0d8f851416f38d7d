"""Tries a plugin's blueprint out before the application takes it."""

from flask import Flask

from aerostic.registry.declarations import BlueprintIn, ConsolePages

APP_WIDE = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
)


class MountingError(ValueError):
    """A blueprint that cannot be mounted, or that would reach beyond its own pages."""


def check_blueprint(item: BlueprintIn | ConsolePages) -> None:
    """Mount it on an empty application and look what that changes there.

    Raises:
        MountingError: what it registers for the whole application (`before_app_request`, `app_errorhandler`, ...) would
            run for tenants that have the plugin off; or one for the API that asks nobody for a key.
    """
    blueprint = item.blueprint
    if isinstance(item, BlueprintIn) and item.area == "api" and not getattr(blueprint, "asks_for_keys", False):
        raise MountingError(f"the blueprint {blueprint.name!r} has to be made with `sdk.api.Blueprint`.")
    app = Flask("trial", static_folder=None)
    before = _app_wide(app)
    try:
        app.register_blueprint(blueprint, url_prefix="/p/trial")
    except Exception as error:
        raise MountingError(f"the blueprint {blueprint.name!r} cannot be mounted: {error!r}") from error
    if _app_wide(app) != before:
        raise MountingError(
            f"the blueprint {blueprint.name!r} registers something for the whole application: use the methods without"
            " `app` in their names, which keep to its own pages."
        )


def _app_wide(app: Flask) -> list[int]:
    counts = [len(getattr(app, name).get(None, ())) for name in APP_WIDE]
    handlers = app.error_handler_spec.get(None, {})
    return [*counts, sum(map(len, handlers.values())), len(app.jinja_env.filters), len(app.jinja_env.globals)]
