"""The core's own pages: which blueprint serves which areas. A page that is asked for in another area is not there."""

from importlib import import_module

from flask import Blueprint, Flask, abort, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

PLATFORM_HOME = "/overview"
VIEWS: tuple[tuple[str, str], ...] = (
    ("app admin", "aerostic.web.people.signing_in:views"),
    ("app admin", "aerostic.web.people.again:views"),
    ("app admin", "aerostic.web.people.linked:views"),
    ("app admin", "aerostic.web.people.forgotten:views"),
    ("app admin", "aerostic.web.people.workspaces:views"),
    ("app admin", "aerostic.web.people.profile:views"),
    ("app admin", "aerostic.web.people.second_step:views"),
    ("app admin", "aerostic.web.people.passkey_entry:views"),
    ("app admin", "aerostic.web.people.own_sessions:views"),
    ("app admin", "aerostic.web.people.own_factor:views"),
    ("app admin", "aerostic.web.people.own_passkeys:views"),
    ("app admin", "aerostic.web.people.outbox:views"),
    ("app", "aerostic.web.support.pages:views"),
    ("app", "aerostic.web.people.invited:views"),
    ("app", "aerostic.web.people.inviting:views"),
    ("app", "aerostic.web.people.team:views"),
    ("app", "aerostic.web.app.settings:views"),
    ("app", "aerostic.web.app.retention:views"),
    ("app", "aerostic.web.app.plugins.pages:views"),
    ("app", "aerostic.web.app.home:views"),
    ("app", "aerostic.web.app.contacts.index:views"),
    ("app", "aerostic.web.app.contacts.acting:views"),
    ("app", "aerostic.web.app.contacts.editing:views"),
    ("app", "aerostic.web.app.contacts.page:views"),
    ("app", "aerostic.web.app.contacts.revealing:views"),
    ("app", "aerostic.web.app.contacts.tagging:views"),
    ("app", "aerostic.web.app.contacts.exporting:views"),
    ("app", "aerostic.web.app.contacts.rights:views"),
    ("app", "aerostic.web.app.imports.index:views"),
    ("app", "aerostic.web.app.imports.upload:views"),
    ("app", "aerostic.web.app.imports.columns:views"),
    ("app", "aerostic.web.app.imports.preview:views"),
    ("app", "aerostic.web.app.imports.run:views"),
    ("app", "aerostic.web.app.work:views"),
    ("app", "aerostic.web.app.wallet:views"),
    ("app", "aerostic.web.app.statement:views"),
    ("app", "aerostic.web.app.topup:views"),
    ("app", "aerostic.web.app.money.message:views"),
    ("app", "aerostic.web.app.money.batch:views"),
    ("app", "aerostic.web.app.api_keys:views"),
    ("app", "aerostic.web.app.audit:views"),
    ("app", "aerostic.web.app.security:views"),
    ("app", "aerostic.web.app.conversations:views"),
    ("app", "aerostic.web.app.message_templates:views"),
    ("app", "aerostic.web.app.numbers:views"),
    ("admin", "aerostic.web.platform.overview:views"),
    ("admin", "aerostic.web.platform.resellers:views"),
    ("admin", "aerostic.web.platform.tenants:views"),
    ("admin", "aerostic.web.platform.credits:views"),
    ("admin", "aerostic.web.platform.ledger.books:views"),
    ("admin", "aerostic.web.platform.ledger.accounts:views"),
    ("admin", "aerostic.web.platform.ledger.transfers:views"),
    ("admin", "aerostic.web.platform.payments:views"),
    ("admin", "aerostic.web.platform.ledger.messages:views"),
    ("admin", "aerostic.web.platform.reconciliation:views"),
    ("admin", "aerostic.web.platform.audit:views"),
    ("admin", "aerostic.web.platform.risk:views"),
    ("admin", "aerostic.web.platform.queues:views"),
    ("app", "aerostic.web.reseller.tenants:views"),
    ("app", "aerostic.web.reseller.credits:views"),
    ("app", "aerostic.web.reseller.earnings:views"),
    ("app", "aerostic.web.reseller.brand:views"),
    ("app", "aerostic.web.reseller.domains:views"),
    ("app", "aerostic.web.reseller.access:views"),
)


def init_views(app: Flask) -> None:
    """Register every blueprint, each behind a check of its areas."""
    for areas, path in VIEWS:
        module, _, name = path.partition(":")
        blueprint: Blueprint = getattr(import_module(module), name)
        _keep_to(app, areas.split(), blueprint)


def _keep_to(app: Flask, areas: list[str], blueprint: Blueprint) -> None:
    app.register_blueprint(blueprint)

    def check() -> BaseResponse | None:
        if g.place.area in areas:
            return None
        if (g.place.area, request.path) == ("admin", "/"):
            return redirect(PLATFORM_HOME)
        return abort(404)

    app.before_request_funcs.setdefault(blueprint.name, []).insert(0, check)
