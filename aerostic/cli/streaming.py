"""What the stream process runs beside its relay and the handlers of events: the webhooks, the notices for open pages, the sealer
of the audit chain, metering of calls, and flows.
"""

from collections.abc import Mapping
from functools import partial

from flask import Flask

from aerostic.audit import sealing
from aerostic.detection.running import guarding
from aerostic.flows.runs import clock
from aerostic.flows.runs import loop as flows
from aerostic.messaging.inbound import loop as webhooks
from aerostic.streams.metering import handling as metering
from aerostic.streams.process import Loop
from aerostic.web.live import condenser


def loops(app: Flask) -> Mapping[str, Loop]:
    """What runs beside relay and handlers."""
    return {
        "webhooks": partial(webhooks.run, app),
        "live": partial(condenser.run, app),
        "audit": sealing.run,
        "usage": metering.count_calls,
        "detection-guard": partial(guarding.run, app),
        "flows": partial(flows.inside, app),
        "flows-outside": partial(flows.outside, app),
        "flows-clock": partial(clock.run, app),
    }
