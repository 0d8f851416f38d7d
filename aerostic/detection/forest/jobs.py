"""The jobs of the forest. What they need is imported when they run: every process knows of them, and one runs them."""

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


def train_asked() -> None:
    """Make the version that somebody asked for, here, and note what came of it."""
    from aerostic.detection.forest import asking, training

    try:
        outcome = training.retrain(asked=True)
    except Exception:
        asking.answer(training.Outcome("failed"))
        raise
    asking.answer(outcome)


SCHEDULES = (Schedule("detection.forest", train, EVERY),)
