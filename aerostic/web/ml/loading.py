"""Which model the service judges with: the active one, looked for again every half a minute."""

import threading
from collections.abc import Callable

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from aerostic.detection.forest.scoring import Forest, refresh
from aerostic.detection.forest.training import Outcome, retrain
from aerostic.detection.forest.versions import Loaded
from aerostic.web.refusals import Refusal

log = structlog.get_logger(__name__)
LOOK_SECONDS = 30.0
NONE_YET = "There is no model yet. Ask POST /v1/train, or wait: one is made once enough was seen."


class Loader:
    """Looks for the active version.

    Args:
        app: whose context the database is asked in.
        forest: where the model is kept.
        clock: seconds, rising.
    """

    def __init__(self, app: Flask, forest: Forest, clock: Callable[[], float]) -> None:
        self.app, self.forest, self._clock = app, forest, clock
        self._next = clock()
        self._lock = threading.Lock()

    def model(self) -> Loaded:
        """The model that judges.

        Raises:
            Refusal: 503, there is none.
        """
        if self._clock() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        if self.forest.local is None:
            raise Refusal(503, NONE_YET, wait=int(LOOK_SECONDS))
        return self.forest.local

    def retrain(self) -> Outcome:
        """See whether a new version is due, and judge with it where it is active at once."""
        with self.app.app_context():
            outcome = retrain()
            refresh(self.forest)
        return outcome

    def _look(self) -> None:
        self._next = self._clock() + LOOK_SECONDS
        try:
            with self.app.app_context():
                refresh(self.forest)
        except SQLAlchemyError as error:
            # What was loaded goes on to judge.
            log.warning("forest not looked for", reason=type(error).__name__)
