"""The detection process keeps its forest up to date beside the loop that judges."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from aerostic.db import service_scope, transaction, utcnow
from aerostic.detection.forest import scoring, versions
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.sample import Sample
from aerostic.detection.forest.scoring import Forest, process_forest
from aerostic.detection.running import process
from aerostic.registry import runtime
from tests.core.detection.forest.rows import ordinary
from tests.support.processes import eventually


@pytest.fixture
def forest() -> Iterator[Forest]:
    """That of this process, as it is after a start."""
    process_forest.cache_clear()
    yield process_forest()
    process_forest.cache_clear()


def test_it_loads_the_active_version_and_hands_over_what_it_saw(
    app: Flask, forest: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "KEEP_SECONDS", 0.05)
    stop, ended = threading.Event(), []
    thread = threading.Thread(target=lambda: ended.append(process.run(app, stop)))
    thread.start()
    try:
        forest.judge(ordinary(40), 5.0)
        with transaction(service_scope("detection")) as session:
            row = versions.save(session, fit(ordinary(600), 1), rows=600, metrics={}, state="saved", now=utcnow())
            versions.activate(session, row, "")
        eventually(lambda: forest.local and forest.local.version == row.version)
        sample = Sample(runtime().redis, runtime().settings.redis_prefix)
        eventually(lambda: len(sample.read()[1]) >= 38)  # two parts may meet in a place
    finally:
        stop.set()
        thread.join(30)
    assert ended == [True]
