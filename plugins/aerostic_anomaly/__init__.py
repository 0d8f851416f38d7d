"""The detectors that come with Aerostic."""

from uuid import UUID

from aerostic.sdk import N_, OpenedIncident, Plugin, hookimpl
from aerostic.sdk.detection import Detector

plugin = Plugin(
    name="anomaly",
    title=N_("Anomaly detection"),
    version="1.0.0",
    description=N_("Finds spikes, brute force, botnets, scraping and fraud in the stream of what happens."),
    author="Aerostic",
    always_on=True,
)


@hookimpl
def register_detectors() -> list[Detector]:
    """One for each family of attacks, and the forest for what they miss."""
    from .brute_force import BruteForce
    from .draining import Draining
    from .failures import Failures
    from .forgery import Forgery
    from .key_abuse import KeyAbuse
    from .multivariate import Multivariate
    from .near_duplicates import NearDuplicates
    from .scraping import Scraping
    from .spike import Spike
    from .stuffing import Stuffing
    from .wave import Wave

    return [
        Spike(),
        Failures(),
        BruteForce(),
        Stuffing(),
        Scraping(),
        KeyAbuse(),
        Wave(),
        NearDuplicates(),
        Draining(),
        Forgery(),
        Multivariate(),
    ]


@hookimpl
def incident_opened(tenant: UUID, incident: OpenedIncident) -> None:
    """Owners and admins hear of it, once a day at most."""
    from .mails import tell

    tell(tenant, incident)
