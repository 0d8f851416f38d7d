"""The application factory: settings, extensions, plugins, hosts. Nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from aerostic.db.engine import init_database
from aerostic.db.redis import connect
from aerostic.jobs.tenants import limited
from aerostic.registry import PersonHolder, Registry, Runtime, Schedule, load_registry
from aerostic.registry.runtime import KEY
from aerostic.security.setup import init_keys
from aerostic.settings import Settings, get_settings
from aerostic.streams.observed import init_observing
from aerostic.web.acting import init_acting
from aerostic.web.api.schedules import SCHEDULES as API_SCHEDULES
from aerostic.web.brands.serving import init_brand_files
from aerostic.web.consoles.rails import init_consoles
from aerostic.web.errors import init_errors
from aerostic.web.health import init_health
from aerostic.web.held.gate import init_gate
from aerostic.web.held.observing import init_observing as init_observed_requests
from aerostic.web.hosts import init_hosts
from aerostic.web.metrics import init_metrics
from aerostic.web.pages import init_pages
from aerostic.web.pages.protection import init_protection
from aerostic.web.risk.words import init_risk_words
from aerostic.web.sessions import init_sessions
from aerostic.web.support.gate import init_support
from aerostic.web.themes.setup import init_themes

MAX_REQUEST = 16 * 1024 * 1024


def load_models() -> None:
    """Import every model of the core, so that the metadata is whole."""
    import aerostic.audit.models
    import aerostic.billing.books.models
    import aerostic.billing.credits.models
    import aerostic.billing.invoices.models
    import aerostic.billing.models
    import aerostic.billing.payments.models
    import aerostic.db.models
    import aerostic.detection.forest.models
    import aerostic.detection.models
    import aerostic.flows.hooks.models
    import aerostic.flows.limit_models
    import aerostic.flows.models
    import aerostic.flows.start_models
    import aerostic.identity.devices
    import aerostic.identity.factor_models
    import aerostic.identity.impersonation_models
    import aerostic.identity.key_models
    import aerostic.identity.models
    import aerostic.identity.session_models
    import aerostic.jobs.models
    import aerostic.ledger.models
    import aerostic.mail.models
    import aerostic.messaging.models
    import aerostic.security.models
    import aerostic.streams.metering.models
    import aerostic.tenancy.brands.models
    import aerostic.tenancy.models
    import aerostic.web.api.models  # noqa: F401


def create_app(settings: Settings | None = None, *, serves: bool = True) -> Flask:
    """An application bound to its database, Redis, keys and plugins.

    Args:
        settings: the process's own, read from the environment, when left out.
        serves: whether it answers requests; the views of core and plugins are left out of workers, which start sooner so.

    Raises:
        KeyMissingError, ValueError, PluginError: what is not set or cannot be loaded, and what to do about it.
    """
    settings = settings or get_settings()
    app = Flask("aerostic", static_folder="web/static", template_folder="web/templates")
    app.secret_key = settings.secret_key.get_secret_value()
    if not app.secret_key:
        raise ValueError("AEROSTIC_SECRET_KEY is not set: `aerostic up` makes one; else give it 32 random characters.")
    load_models()
    init_database(app, settings.database_url)
    registry = load_registry(settings)
    init_keys(settings, registry)
    app.extensions[KEY] = Runtime(settings, registry, connect(settings), schedules(registry), holders())
    init_observing(settings, app.extensions[KEY].redis)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    # Whom a request comes from, as our own proxies say it; hosts and schemes are taken as they arrive.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    init_errors(app)
    init_health(app)
    init_metrics(app)
    init_observed_requests(app)
    init_hosts(app)
    if serves:
        _init_api(app)
    init_sessions(app)
    init_acting(app)
    init_gate(app)
    init_protection(app)
    init_support(app)
    init_pages(app)
    init_consoles(app)
    init_risk_words(app)
    init_themes(app)
    init_brand_files(app)
    if serves:
        _init_views(app)
    return app


def _init_api(app: Flask) -> None:
    """Before sessions: a program is known by its key, whatever cookies it brings."""
    from aerostic.web.api.setup import init_api

    init_api(app)


def _init_views(app: Flask) -> None:
    from aerostic.web.blueprints import init_blueprints
    from aerostic.web.consoles.mounting import init_console_pages
    from aerostic.web.mounting import init_views

    init_views(app)
    init_blueprints(app)
    init_console_pages(app)


def schedules(registry: Registry) -> dict[str, Schedule]:
    """The recurring jobs of core and plugins, by name."""
    from aerostic.audit.checkpoints import SCHEDULES as AUDIT
    from aerostic.billing.books.reports import SCHEDULES as BOOKS
    from aerostic.detection.forest.jobs import SCHEDULES as FOREST
    from aerostic.detection.running.housekeeping import SCHEDULES as DETECTION
    from aerostic.flows.forgetting import SCHEDULES as FLOWS
    from aerostic.mail.sending import SCHEDULES as MAIL
    from aerostic.messaging.rights.retention.applying import SCHEDULES as RETENTION
    from aerostic.messaging.schedules import SCHEDULES
    from aerostic.streams.metering.forgetting import SCHEDULES as USAGE
    from aerostic.web.app.low_balance import SCHEDULES as WALLETS
    from aerostic.web.people.expiring import SCHEDULES as SIGN_IN

    declared = [limited(item) for item in registry.declared("register_jobs")]
    platform = (*AUDIT, *BOOKS, *MAIL, *WALLETS, *SIGN_IN, *DETECTION, *FOREST, *USAGE)
    core = (*SCHEDULES, *RETENTION, *API_SCHEDULES, *FLOWS, *platform)
    return {schedule.name: schedule for schedule in (*core, *declared)}


def holders() -> tuple[PersonHolder, ...]:
    """Those above messaging, which asks them without knowing them."""
    from aerostic.flows.rights import HOLDER

    return (HOLDER,)
