"""The loop of the stream process that starts what is due by the clock, and what is to begin for many contacts."""

import threading

from flask import Flask

from aerostic.flows.runs import scheduling, waves

IDLE_SECONDS = 1.0


def run(app: Flask, stop: threading.Event) -> None:
    """Start what is due until told to stop. One run after the other: what comes in many keeps nobody else waiting."""
    while not stop.is_set():
        with app.app_context():
            begun = start_due()
        stop.wait(0 if begun else IDLE_SECONDS)


def start_due() -> int:
    """Start what is due now: every schedule, and a slice of each tenant's oldest wave. Returns how many runs were begun."""
    for schedule in scheduling.due():
        scheduling.start(schedule)
    return sum(map(waves.go_on, waves.due()))
