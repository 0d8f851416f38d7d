"""The recurring job of the forest."""

import structlog

from aerostic.detection.forest.remote import RemoteError
from aerostic.detection.forest.scoring import remote_of
from aerostic.detection.forest.training import retrain
from aerostic.registry import Schedule, runtime

log = structlog.get_logger(__name__)
EVERY = 600


def train() -> None:
    """See whether a new version is due and make it: in the service where one is named and answers, else here."""
    remote = remote_of(runtime().settings)
    if remote is not None:
        try:
            remote.train()
            return
        except RemoteError as error:
            log.warning(
                "the service does not train", reason=str(error), advice="it is done here: look at AEROSTIC_ML_URL"
            )
    retrain()


SCHEDULES = (Schedule("detection.forest", train, EVERY),)
