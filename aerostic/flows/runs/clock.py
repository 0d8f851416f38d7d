"""The loop of the stream process that starts what is due by the clock, and what is to begin for many contacts."""

import threading
from time import monotonic

from flask import Flask

from aerostic.db import transaction
from aerostic.flows.runs import budgets, scheduling, waves
from aerostic.flows.runs.waves import SERVICE

IDLE_SECONDS = 1.0
TIDY_SECONDS = 3_600.0


def run(app: Flask, stop: threading.Event) -> None:
    """Start what is due until told to stop. One run after the other: what comes in many keeps nobody else waiting."""
    tidied = float("-inf")
    while not stop.is_set():
        with app.app_context():
            begun = start_due()
            if monotonic() - tidied > TIDY_SECONDS:
                tidied = monotonic()
                tidy()
        stop.wait(0 if begun else IDLE_SECONDS)


def start_due() -> int:
    """Start what is due now: every schedule, and a slice of each tenant's oldest wave. Returns how many runs were begun."""
    for schedule in scheduling.due():
        scheduling.start(schedule)
    return sum(map(waves.go_on, waves.due()))


def tidy() -> None:
    """Drop what nobody asks for any more."""
    with transaction(SERVICE) as session:
        budgets.forget(session)
