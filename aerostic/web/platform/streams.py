"""The streams as pages of the platform's staff show them."""

from aerostic.detection.running.pulse import GROUP as DETECTION
from aerostic.registry import runtime
from aerostic.streams.metering.handling import CALLS
from aerostic.streams.overview import Streams, stream_states
from aerostic.web.handlers import event_handlers
from aerostic.web.live.condenser import GROUP as LIVE


def streams_now() -> Streams:
    """How they stand.

    Raises:
        BusError, redis.exceptions.RedisError: a server does not answer.
    """
    handlers = [handler.name for handler in event_handlers(runtime().registry)]
    return stream_states(runtime(), handlers, (CALLS, DETECTION, LIVE))
