"""The loops of the stream process that take due runs on, many at once. Steps that change other systems have threads of their own,
and no tenant gets all of them: who asks a slow system keeps nobody else waiting.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask import Flask

from aerostic.flows.runs.waking import BATCH, Due, due, pieces, take_on

IDLE_SECONDS, BUSY_SECONDS = 0.25, 0.02
INSIDE, OUTSIDE = 6, 32


def inside(app: Flask, stop: threading.Event) -> None:
    """Take on what goes on within the database, until told to stop."""
    _work(app, stop, outside=False, threads=INSIDE, share=BATCH * 3 // 4)


def outside(app: Flask, stop: threading.Event) -> None:
    """Take on what changes other systems, until told to stop."""
    _work(app, stop, outside=True, threads=OUTSIDE, share=OUTSIDE // 2)


def _work(app: Flask, stop: threading.Event, *, outside: bool, threads: int, share: int) -> None:
    """`share`: how many runs of one tenant may be at work, or wait for a thread."""
    at_work: dict[UUID, UUID] = {}

    def work(piece: Sequence[Due]) -> None:
        try:
            with app.app_context():
                taken = take_on(piece)
            if not taken:  # somebody else is at them: asking again at once would be in vain, too
                stop.wait(IDLE_SECONDS)
        finally:
            for one in piece:
                del at_work[one.id]

    with ThreadPoolExecutor(threads, "flows") as pool:
        while not stop.is_set():
            fresh = list(_fresh(at_work.copy(), share, outside=outside))
            at_work.update((one.id, one.tenant_id) for one in fresh)
            for piece in pieces(fresh):
                pool.submit(work, piece)
            stop.wait(BUSY_SECONDS if fresh else IDLE_SECONDS)


def _fresh(at_work: dict[UUID, UUID], share: int, *, outside: bool) -> Iterator[Due]:
    """What is due and nobody of us is at."""
    theirs = Counter(at_work.values())
    full = [tenant for tenant, count in theirs.items() if count >= share]
    for one in due(outside=outside, without=full):
        if one.id not in at_work and theirs[one.tenant_id] < share:
            theirs[one.tenant_id] += 1
            yield one
