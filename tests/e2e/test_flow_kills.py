"""The process that takes flows on is killed at random moments: every run ends, and nothing is done twice.

Ten kills here; `make soak` does two hundred.
"""

import os
from collections import Counter
from random import Random

import pytest
from flask import Flask
from redis import Redis

from aerostic.settings import Settings
from tests.e2e.counting import counting
from tests.e2e.survival import Crowd, come_to_rest, driver, reckon, torment

pytestmark = pytest.mark.kill
KILLS = int(os.environ.get("AEROSTIC_FLOW_KILLS", "10"))
SEED = int(os.environ.get("AEROSTIC_FLOW_SEED", "11"))


def test_a_process_killed_at_random_leaves_no_run_behind_and_does_nothing_twice(
    app: Flask, settings: Settings, redis: Redis
):
    with counting(SEED) as system, driver(settings, redis) as process:
        crowd = Crowd(system.address)
        tally = torment(crowd, process, system, Random(SEED), KILLS)
        come_to_rest(crowd, process)
        found = reckon(crowd)
    print(f"seed {SEED}, {tally}; {len(crowd.people)} runs: {dict(found.ends)}; failed steps: {dict(found.failed)}")
    assert set(found.ends) <= {"ended", "failed unknown", "failed status_503"}
    assert found.runs_of == Counter(person.contact.id for person in crowd.people)
    assert found.messages == found.passed["hi"] + found.passed["thanks"]
    assert set(found.messages.values()) == {1}
    assert found.tags == {"began": len(crowd.people), "done": found.ends["ended"]}
    posts = system.times("POST")
    assert set(posts.values()) == {1}
    assert {*found.passed["post"], *found.passed["last"]} <= set(posts)
    assert {*found.passed["get"]} <= set(system.times("GET"))
    assert tally.hit["in the middle of a step outside"] > 0
