"""The recurring job of the forest. What it needs is imported when it runs: every process knows of it, and one runs it."""

import structlog

from aerostic.registry import Schedule, runtime

log = structlog.get_logger(__name__)
EVERY = 600
ADVICE = "it is done here: compare AEROSTIC_ML_URL with where `aerostic ml` runs"


def train() -> None:
    """See whether a new version is due and make it: in the service where one is named and answers, else here."""
    from aerostic.detection.forest import scoring, training
    from aerostic.detection.forest.remote import RemoteError

    remote = scoring.remote_of(runtime().settings)
    if remote is not None:
        try:
            remote.train()
            return
        except RemoteError as error:
            log.warning("the service does not train", reason=str(error), advice=ADVICE)
    training.retrain()


SCHEDULES = (Schedule("detection.forest", train, EVERY),)
