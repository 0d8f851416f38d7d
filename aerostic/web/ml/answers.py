"""What the service answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.detection.forest.features import WIDTH
from aerostic.detection.forest.judging import judge
from aerostic.detection.forest.models import RiskModel
from aerostic.detection.forest.versions import Loaded
from aerostic.web.ml.loading import Loader
from aerostic.web.refusals import Refusal

MOST_ROWS = 5_000
JSON = "application/json"
SHAPE = f'Send {{"rows": [[...], ...]}}: up to {MOST_ROWS} rows of {WIDTH} finite numbers each.'


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and what it is."""

    body: bytes
    type: str = JSON

    @classmethod
    def of(cls, value: Any) -> "Answer":
        """JSON."""
        return cls(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS))


def score(loaded: Loaded, body: bytes) -> Answer:
    """Judge the rows of a body.

    Raises:
        Refusal: 400, it holds something else.
    """
    try:
        judged = judge(loaded, _rows(body))
    except (ValueError, TypeError, OverflowError):
        raise Refusal(400, SHAPE) from None
    return Answer.of({"version": judged.version, "ranks": judged.ranks, "reasons": judged.reasons})


def train(loader: Loader, body: bytes) -> Answer:
    """Make a new version where one is due.

    Raises:
        Refusal: 400, something was asked with it.
    """
    if body.strip() not in (b"", b"{}"):
        raise Refusal(
            400, "Training takes no options: send {} or nothing. It learns from the sample that detection keeps."
        )
    outcome = loader.retrain()
    return Answer.of({"what": outcome.what, "version": outcome.version, "reason": outcome.reason})


def model_info(loader: Loader) -> Answer:
    """The version that judges here.

    Raises:
        Refusal: 503, there is none.
    """
    version = loader.model().version
    columns = (RiskModel.state, RiskModel.trained_at, RiskModel.rows, RiskModel.features, RiskModel.metrics)
    query = select(*columns, RiskModel.drift).where(RiskModel.version == version)
    with loader.app.app_context(), transaction(service_scope("detection")) as session:
        row = session.execute(query).mappings().one()
    return Answer.of({"version": version, **row})


def _rows(body: bytes) -> "np.ndarray[Any, Any]":
    asked = orjson.loads(body)
    if not isinstance(asked, dict) or set(asked) != {"rows"}:
        raise ValueError
    rows: Sequence[Sequence[float]] = asked["rows"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        raise ValueError
    found = np.array(rows)
    if found.dtype.kind not in "if" or found.ndim != 2:  # texts, booleans and null are no numbers
        raise ValueError
    return found
