"""What the forest looks at: a subject's figures of the last minute, against what is usual for it.

Figures are amounts that fade (`MEASURES`); a feature is the logarithm of an amount or of a share, less the usual one
(usual.py). 0 says "as always, or less", 1 says "e times as much": in each of them more is worse, and less is no threat. A tenant
of ten messages and one of a million look alike so, and nothing in a row tells whose it is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.words import N_

# What is added up of a subject, each fading to a third within `FADE` seconds.
MEASURES = (
    "asked",  # requests of pages and of the API
    "errors",  # of those: answered with 4xx or 5xx
    "bare",  # of those: without a page of ours that led there
    "objects",  # of those: for an object that it had not asked for lately
    "places",  # addresses that it came from, or accounts that an address tried, not seen with it lately
    "tries",  # sign-ins
    "wrong",  # of those: wrong
    "sent",  # messages planned
    "fresh",  # of those: to people never written to
    "failed",  # messages that failed
    "cost",  # held for them, in credits
    "balance",  # what was left in the wallet after the last of them, which does not fade
)
FADE = 60.0

# The features, with what a person reads where one of them is the reason.
FEATURES: dict[str, str] = {
    "asked": N_("requests"),
    "errors": N_("share of requests that are refused"),
    "bare": N_("share of requests that no page led to"),
    "objects": N_("how many different things are asked for"),
    "places": N_("how many different addresses or accounts"),
    "tries": N_("sign-ins"),
    "wrong": N_("share of sign-ins that are wrong"),
    "sent": N_("messages"),
    "fresh": N_("share of messages to people never written to"),
    "failed": N_("share of messages that fail"),
    "drained": N_("share of the wallet that is spent"),
}
NAMES = tuple(FEATURES)
WIDTH = len(NAMES)
# Beyond e^6 times the usual it does not matter how far.
MOST = 6.0
# A share of few is drawn to a small one: one of one is no extreme. Below two of a hundred it does not matter how small.
PRIOR_PART, PRIOR_WHOLE, LEAST_SHARE = 0.1, 2.0, 0.02

Rows = NDArray[np.float32]


def levels(amounts: NDArray[Any]) -> NDArray[np.float64]:
    """Amounts, a row a subject and a column a measure, as the logarithms that are compared with what is usual."""
    asked, errors, bare, objects, places, tries, wrong, sent, fresh, failed, cost, balance = amounts.T.astype(float)
    return np.stack(
        (
            np.log1p(asked),
            _share(errors, asked),
            _share(bare, asked),
            _share(objects, asked),
            np.log1p(places),
            np.log1p(tries),
            _share(wrong, tries),
            np.log1p(sent),
            _share(fresh, sent),
            _share(failed, sent + failed),
            _share(cost, cost + balance),
        ),
        axis=1,
    )


def rows(found: NDArray[Any], usual: NDArray[Any]) -> Rows:
    """Feature rows.

    Args:
        found: of `levels`.
        usual: what is usual for each subject.
    """
    result: Rows = np.clip(found - usual, 0.0, MOST).astype(np.float32)
    return result


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[Any]:
    return np.log((part + PRIOR_PART) / (whole + PRIOR_WHOLE) + LEAST_SHARE)
