"""The loop of the stream process that consumes webhooks."""

import os
import socket
import threading
from time import monotonic

import structlog
from flask import Flask

from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.registry.runtime import KEY
from aerostic.streams.intake import Intake

log = structlog.get_logger(__name__)
BATCH = 500
BLOCK_MS = 500
STALE_LIVES = 2
CARE_SECONDS = 1.0


def run(app: Flask, stop: threading.Event) -> None:
    """Consume until told to stop. Runs in the application's context; an error ends it, and its supervisor runs it again.

    What another consumer was given and never acknowledged is taken over after twice the time that makes one silent.
    """
    runtime = app.extensions[KEY]
    intake = Intake(runtime.redis, runtime.settings.redis_prefix, runtime.settings.intake_stream_limit)
    consumer = WebhookConsumer(app)
    stale_ms = int(STALE_LIVES * runtime.settings.takeover_seconds * 1000)
    name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    cared = 0.0
    while not stop.is_set():
        entries = intake.read(name, BATCH, BLOCK_MS)
        if monotonic() - cared >= CARE_SECONDS:
            entries += intake.claim_stale(name, stale_ms, BATCH)
            consumer.retry_waiting()
            cared = monotonic()
        if entries:
            consumer.process(entries)
            intake.ack([id_ for id_, _ in entries])
