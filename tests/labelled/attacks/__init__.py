"""Ten families of attacks. Each function carries out one attack from `time` on, in the way asked for, and labels it."""

from collections.abc import Callable, Mapping

from tests.labelled.attacks.brute_force import WAYS as BRUTE_FORCE
from tests.labelled.attacks.draining import WAYS as DRAINING
from tests.labelled.attacks.failures import WAYS as FAILURES
from tests.labelled.attacks.forgery import WAYS as FORGERY
from tests.labelled.attacks.key_abuse import WAYS as KEY_ABUSE
from tests.labelled.attacks.near_duplicates import WAYS as NEAR_DUPLICATES
from tests.labelled.attacks.scene import Scene
from tests.labelled.attacks.scraping import WAYS as SCRAPING
from tests.labelled.attacks.spike import WAYS as SPIKE
from tests.labelled.attacks.stuffing import WAYS as STUFFING
from tests.labelled.attacks.wave import WAYS as WAVE
from tests.labelled.labels import Label

__all__ = ["FAMILIES", "Scene", "Way"]

Way = Callable[[Scene, float], Label]
FAMILIES: Mapping[str, tuple[Way, ...]] = {
    "spike": SPIKE,
    "failures": FAILURES,
    "brute_force": BRUTE_FORCE,
    "stuffing": STUFFING,
    "scraping": SCRAPING,
    "key_abuse": KEY_ABUSE,
    "wave": WAVE,
    "near_duplicates": NEAR_DUPLICATES,
    "draining": DRAINING,
    "forgery": FORGERY,
}
