"""What the API of flows shares: its blueprint, and what is answered where something cannot be done."""

from typing import Annotated, Any

from flask import Response
from flask_babel import gettext as _
from pydantic import Field

from aerostic.sdk import api
from aerostic.sdk.automation import (
    DocumentError,
    GoingError,
    GoneError,
    KindError,
    NotPublishedError,
    NotReadyError,
    Problem,
    RefusedError,
    StaleError,
)

from ..views.acts import PLUGIN_OFF

blueprint = api.Blueprint("flows_api", __name__, tag="Flows", also=("contacts.reveal",))
Name = Annotated[str, Field(min_length=1, max_length=100)]
Json = dict[str, Any]


class ProblemOut(api.Data):
    """Something that is wrong with a flow: at which node and field, and whether it keeps the flow from being published."""

    code: str
    text: str
    node: str
    field: str
    blocks: bool


def problems_out(problems: list[Problem]) -> list[ProblemOut]:
    """Problems in the reader's language."""
    return [ProblemOut(code=p.code, text=_(p.text), node=p.node, field=p.field, blocks=p.blocks) for p in problems]


def _answer(status: int, code: str, error: Exception, fields: dict[str, str] | None = None) -> Response:
    return api.problem(api.ApiError(status, code, _(str(error)), fields=fields or {}))


@blueprint.errorhandler(DocumentError)
def no_document(error: DocumentError) -> Response:
    """What was sent is no flow."""
    return _answer(422, "document", error, {f"document.{place}": _(str(error)) for place in error.places})


@blueprint.errorhandler(StaleError)
def stale(error: StaleError) -> Response:
    """It was made from another revision than the one that is there."""
    return _answer(409, "stale", error, {"revision": str(error.revision)})


@blueprint.errorhandler(NotReadyError)
def not_ready(error: NotReadyError) -> Response:
    """It cannot be published."""
    fields = {p.node or "flow": _(p.text) for p in reversed(error.problems) if p.blocks}
    return _answer(422, "not_ready", error, fields)


@blueprint.errorhandler(GoneError)
def gone(error: GoneError) -> Response:
    """A version has no such step."""
    return _answer(409, "gone", error)


@blueprint.errorhandler(GoingError)
def going(error: GoingError) -> Response:
    """Runs go on."""
    return _answer(409, "going", error)


@blueprint.errorhandler(NotPublishedError)
def not_published(error: NotPublishedError) -> Response:
    """There is nothing to run."""
    return _answer(409, "not_published", error)


@blueprint.errorhandler(RefusedError)
def refused(error: RefusedError) -> Response:
    """A run does not allow what was asked."""
    return _answer(409, error.code, error)


@blueprint.errorhandler(KindError)
def plugin_off(error: KindError) -> Response:
    """A plugin that is needed is off."""
    return api.problem(api.ApiError(409, "plugin", _(PLUGIN_OFF)))
