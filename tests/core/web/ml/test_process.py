"""The service as a process of its own, under the server that runs it for real."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask

from aerostic.db import service_scope, transaction, utcnow
from aerostic.detection.forest import versions
from aerostic.detection.forest.features import NAMES
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.judging import judge
from aerostic.detection.forest.remote import Remote
from aerostic.detection.forest.versions import Loaded
from aerostic.settings import Settings
from tests.core.detection.forest.rows import odd, ordinary
from tests.support.ports import free_ports
from tests.support.processes import ROOT, Process, eventually, running

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
        "AEROSTIC_SECRET_KEY": settings.secret_key.get_secret_value(),
        "AEROSTIC_VAR": str(settings.var),
        "AEROSTIC_ML_TOKEN": TOKEN,
    }


@pytest.fixture
def port() -> int:
    return free_ports(1)


@pytest.fixture
def process(environment: dict[str, str], port: int, tmp_path: Path) -> Iterator[Process]:
    with running("ml", "--port", str(port), log=tmp_path / "log", environment=environment) as found:
        eventually(lambda: found.child.poll() is not None or answers(port), 60, "the service does not answer")
        assert found.child.poll() is None, found.text
        yield found


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_a_process_scores_for_others_as_they_would_themselves(app: Flask, process: Process, port: int) -> None:
    model = fit(ordinary(600), 1)
    with transaction(service_scope("detection")) as session:
        row = versions.save(session, model, rows=600, metrics={}, state="saved", now=utcnow())
        versions.activate(session, row, "")
    rows = ordinary(200)
    rows[50] = odd(asked=6, bare=4, objects=4, errors=3)[0]
    remote = Remote(f"http://127.0.0.1:{port}", TOKEN, budget=10.0)
    found, expected = remote.judge(rows), judge(Loaded(1, model), rows)
    remote.close()
    assert (found.version, found.ranks.tolist(), dict(found.reasons)) == (
        1,
        expected.ranks.tolist(),
        dict(expected.reasons),
    )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    info = requests.get(f"http://127.0.0.1:{port}/v1/model", headers=headers, timeout=10).json()
    assert info["features"] == list(NAMES)


def test_the_command_says_what_it_needs(environment: dict[str, str], tmp_path: Path) -> None:
    with running("ml", log=tmp_path / "log", environment={**environment, "AEROSTIC_ML_TOKEN": ""}) as process:
        assert process.ends() == 1
        assert "AEROSTIC_ML_TOKEN is not set: give it 32 random characters" in process.text


PROGRAM = """
import sys, wsgi
wsgi.{name}
print(*(module in sys.modules for module in ("aerostic.app", "aerostic.web.ml.service", "sklearn", "aerostic_campaigns")))
"""


@pytest.mark.parametrize(("name", "loaded"), [("ml", "False True False False"), ("app", "True False False True")])
def test_each_application_loads_what_it_needs_alone(
    environment: dict[str, str], settings: Settings, migrated_database: str, name: str, loaded: str
) -> None:
    keys = {"AEROSTIC_KEYS": settings.keys.get_secret_value(), "PATH": os.environ["PATH"]}
    command = (sys.executable, "-c", PROGRAM.format(name=name))
    done = subprocess.run(command, cwd=ROOT, env=environment | keys, capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-1:] == [loaded], done.stderr


def test_an_application_of_another_name_is_an_error() -> None:
    command = (sys.executable, "-c", "import wsgi; wsgi.other")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip().endswith("AttributeError: other")
