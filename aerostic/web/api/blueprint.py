"""Blueprints of the API: every route names the permission that a key needs for it, and no POST is done twice.

blueprint = Blueprint("campaigns_api", __name__, tag="Campaigns")

@blueprint.get("")
@needs("campaigns.view")
@blueprint.input(Listing, location="query")
@blueprint.output(Page[CampaignOut])
def index(query_data: Listing) -> Page[CampaignOut]: ...
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from apiflask import APIBlueprint
from flask import Response, g
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from aerostic.billing import NoPriceError
from aerostic.ledger import InsufficientFundsError
from aerostic.messaging.contract import ChannelError
from aerostic.security.logs import get_logger
from aerostic.web.api.idempotency import once
from aerostic.web.api.problems import ApiError, problem

P = ParamSpec("P")
R = TypeVar("R")
SCHEME = "key"
log = get_logger(__name__)


def needs(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view of the API be called only with a key that has a permission; others are told which one they lack (403).

    It stands right below the route.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if permission not in g.api_key.permissions:
                message = _("This API key lacks the permission %(name)s. Make one that has it.", name=permission)
                raise ApiError(403, "missing_permission", message)
            return view(*args, **kwargs)

        # The document says it too.
        checked._spec = {**getattr(view, "_spec", {}), "security": [{SCHEME: [permission]}]}  # type: ignore[attr-defined]
        return checked

    return wrap


class Blueprint(APIBlueprint):
    """A part of the API: APIFlask's blueprint, which closes routes that name no permission.

    Args:
        name: `<plugin>_api`, in a plugin.
        import_name: `__name__`.
        tag: its heading in the document.
        path: the first part of its paths; a plugin's is the plugin's name.
        also: permissions that no route asks for, but with which its answers hold more.

    `permissions` are those that its routes ask for, and these.
    """

    # Plugins are asked for blueprints of this kind, see registry/mounting.py.
    asks_for_keys = True

    def __init__(self, name: str, import_name: str, *, tag: str, path: str = "", also: Iterable[str] = ()) -> None:
        super().__init__(name, import_name, tag=tag)
        self.path = path
        self.permissions: set[str] = set(also)
        self.register_error_handler(NoPriceError, lambda error: problem(ApiError(409, "no_price", _(str(error)))))
        self.register_error_handler(InsufficientFundsError, _no_funds)
        self.register_error_handler(ChannelError, _no_provider)
        self.register_error_handler(IntegrityError, _conflict)
        self.register_error_handler(RecursionError, lambda error: problem(ApiError(400)))

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route.

        Raises:
            ValueError: its view names no permission.
        """
        asked = getattr(view_func, "_spec", {}).get("security")
        if not asked:
            raise ValueError(f"{self.name}: the view of {rule!r} has to say @needs(...), right below its route.")
        self.permissions.update(asked[0][SCHEME])
        if "POST" in (options.get("methods") or ()):
            view_func = once(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def _no_funds(error: InsufficientFundsError) -> Response:
    return problem(ApiError(402, "insufficient_funds", _(str(error))))


def _no_provider(error: ChannelError) -> Response:
    return problem(ApiError(502, "provider", _(str(error))))


def _conflict(error: IntegrityError) -> Response:
    log.warning("request met a conflict", exc_info=error)
    return problem(ApiError(409))
