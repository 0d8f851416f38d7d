"""What judges the rows of a process: the service, where one is named, else the model that was loaded here, else nobody.

Nobody waits for a model: it is loaded, and rows are handed to the sample, by a loop beside (`keep`). Without one the forest is
silent, and rules judge alone; the metric says so.
"""

import threading
import time
from functools import lru_cache

import structlog

from aerostic.db import service_scope, transaction
from aerostic.detection.forest.features import Rows
from aerostic.detection.forest.judging import Judged, judge
from aerostic.detection.forest.metrics import ROWS, VERSION
from aerostic.detection.forest.remote import Remote, RemoteError
from aerostic.detection.forest.sample import Gathering, Sample
from aerostic.detection.forest.versions import Loaded, active_version, in_state, loaded
from aerostic.registry import runtime
from aerostic.settings import Settings

log = structlog.get_logger(__name__)
KEEP_SECONDS = 60.0


class Forest:
    """Judges rows.

    Args:
        local: the model of this process, if there is one already.
        remote: the service that is asked first.
    """

    def __init__(self, local: Loaded | None = None, remote: Remote | None = None) -> None:
        self.local, self.remote = local, remote
        self.gathering = Gathering()

    def judge(self, rows: Rows, now: float) -> Judged | None:
        """What is said of rows; None where nobody can say anything. They may become part of the sample.

        Args:
            rows: of `Subjects.add`.
            now: the clock, in seconds since 1970.
        """
        self.gathering.offer(rows, now)
        judged, by = self._by_service(rows), "remote"
        if judged is None and self.local is not None:
            judged, by = judge(self.local, rows), "here"
        ROWS.labels(by if judged else "nobody").inc(len(rows))
        return judged

    def _by_service(self, rows: Rows) -> Judged | None:
        if self.remote is None:
            return None
        try:
            return self.remote.judge(rows)
        except RemoteError:
            return None  # counted where it is raised


@lru_cache(maxsize=1)
def process_forest() -> Forest:
    """The one of this process."""
    return Forest()


def remote_of(settings: Settings) -> Remote | None:
    """The service that the settings name."""
    return Remote(settings.ml_url, settings.ml_token.get_secret_value()) if settings.ml_url else None


def keep(stop: threading.Event, forest: Forest | None = None) -> None:
    """Keep the forest of the process up to date until told to stop. Runs in an application context, beside detection."""
    forest = forest or process_forest()
    ours = runtime()
    forest.remote = forest.remote or remote_of(ours.settings)
    sample = Sample(ours.redis, ours.settings.redis_prefix)
    while not stop.is_set():
        refresh(forest)
        sample.put(forest.gathering.take())
        stop.wait(KEEP_SECONDS)


def refresh(forest: Forest) -> None:
    """Load the version that is active now, where it is another one."""
    with transaction(service_scope("detection")) as session:
        known = forest.local.version if forest.local else None
        if active_version(session) == known:
            return
        began = time.process_time()
        forest.local = loaded(in_state(session, "active"))
    version = forest.local.version if forest.local else 0
    VERSION.set(version)
    log.info("forest loaded", version=version, cpu_ms=round((time.process_time() - began) * 1000))
