"""The machine-learning service: what it answers, to whom, and what it says to who asks wrongly."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pytest
from flask import Flask
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError

from aerostic.db import db, service_scope, transaction
from aerostic.detection.forest import training, versions
from aerostic.detection.forest.features import NAMES
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.scoring import Forest
from aerostic.registry.runtime import KEY
from aerostic.settings import Settings
from aerostic.web.ml import loading
from aerostic.web.ml import service as module
from aerostic.web.ml.service import Service, create_service
from tests.core.detection.forest.rows import odd, ordinary
from tests.core.detection.forest.test_training import House

TOKEN = "0123456789abcdef" * 2
ODD = odd(asked=6, bare=4, objects=4, errors=3)


class Client:
    """Asks the service as a server does."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes = b"", token: str = TOKEN, **environ: Any) -> tuple[int, Any]:
        asked = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "HTTP_AUTHORIZATION": f"Bearer {token}",
            **environ,
        }
        told: list[Any] = []
        raw = b"".join(self.service(asked, lambda status, headers: told.extend((status, dict(headers)))))
        self.headers = told[1]
        assert int(self.headers["Content-Length"]) == len(raw)
        found = orjson.loads(raw) if self.headers["Content-Type"] == "application/json" else raw.decode()
        return int(told[0].split()[0]), found

    def score(self, value: Any) -> tuple[int, Any]:
        return self.ask("POST", "/v1/score", value if isinstance(value, bytes) else orjson.dumps(value))


@pytest.fixture
def client(app: Flask, settings: Settings) -> Iterator[Client]:
    service = create_service(settings.model_copy(update={"ml_token": type(settings.ml_token)(TOKEN)}))
    yield Client(service)
    with service._loader.app.app_context():
        db.engine.dispose()
    service._loader.app.extensions[KEY].redis.close()


@pytest.fixture
def trained(client: Client) -> Client:
    with transaction(service_scope("detection")) as session:
        row = versions.save(session, fit(ordinary(600), 1), rows=600, metrics={"a": 1}, state="saved", now=House().now)
        versions.activate(session, row, "")
    return client


def test_rows_are_scored_in_a_batch_with_reasons_for_those_that_are_odd(trained: Client) -> None:
    status, said = trained.score({"rows": [*(ordinary(3) * 0.1).tolist(), ODD[0].tolist()]})
    assert (status, said["version"], said["ranks"][:3], list(said["reasons"])) == (200, 1, [0, 0, 0], ["3"])
    assert said["ranks"][3] > 3
    assert {name for name, _ in said["reasons"]["3"]} <= {"asked", "bare", "objects", "errors"}


def test_without_a_model_it_says_when_there_will_be_one(client: Client) -> None:
    status, said = client.score({"rows": ordinary(1).tolist()})
    assert (status, client.headers["Retry-After"]) == (503, "30")
    assert said["error"].startswith("There is no model yet. Ask POST /v1/train")


def test_training_makes_a_model_that_judges_at_once(client: Client) -> None:
    house = House()
    house.sees(ordinary(600))
    assert client.ask("POST", "/v1/train", b"{}") == (
        200,
        {"what": "first", "version": 1, "reason": "there was none before"},
    )
    assert client.score({"rows": ordinary(1).tolist()})[0] == 200


def test_training_without_enough_rows_says_so(client: Client) -> None:
    said = {"what": "waiting", "version": None, "reason": "There are 0 rows; a model needs 512."}
    assert client.ask("POST", "/v1/train") == (200, said)


def test_training_takes_no_options(client: Client) -> None:
    status, said = client.ask("POST", "/v1/train", b'{"trees": 9}')
    assert (status, said["error"].partition(":")[0]) == (400, "Training takes no options")


def test_it_says_which_model_judges(trained: Client) -> None:
    status, said = trained.ask("GET", "/v1/model")
    assert status == 200
    assert said.pop("trained_at")
    assert said == {
        "version": 1,
        "state": "active",
        "rows": 600,
        "features": list(NAMES),
        "metrics": {"a": 1},
        "drift": {},
    }


def test_health_needs_no_token_and_says_nothing_else(client: Client) -> None:
    assert client.ask("GET", "/health", token="") == (200, {"status": "alive", "version": None})


def test_metrics_are_those_of_the_forest(trained: Client) -> None:
    trained.score({"rows": ordinary(1).tolist()})
    status, said = trained.ask("GET", "/metrics")
    assert status == 200
    assert 'aerostic_forest_request_seconds_count{path="/v1/score"}' in said


@pytest.mark.parametrize("path", ["/v1/score", "/v1/train", "/v1/model", "/metrics"])
@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "0", "é" * 32])
def test_who_does_not_prove_the_token_is_told_nothing(client: Client, path: str, token: str) -> None:
    status, said = client.ask("GET" if path in ("/v1/model", "/metrics") else "POST", path, token=token)
    assert (status, client.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert said == {"error": "Send AEROSTIC_ML_TOKEN of the service as Authorization: Bearer <token>."}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"rows",
        [],
        {},
        {"rows": []},
        {"rows": 3},
        {"rows": [[1.0] * 12]},
        {"rows": [[1.0] * 11, [1.0] * 10]},
        {"rows": [["1"] * 11]},
        {"rows": [[True] * 11]},
        {"rows": [[None] * 11]},
        {"rows": [[1e300] * 11]},
        {"rows": [[10**17] * 11], "more": 1},
        {"rows": [1.0] * 11},
        b'{"rows": [[NaN,0,0,0,0,0,0,0,0,0,0]]}',
        b'{"rows": [[1e999,0,0,0,0,0,0,0,0,0,0]]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_batch_of_rows_is_refused_with_its_form(trained: Client, body: Any) -> None:
    status, said = trained.score(body)
    assert (status, said["error"]) == (400, 'Send {"rows": [[...], ...]}: up to 5000 rows of 11 finite numbers each.')


def test_a_batch_has_its_bounds(trained: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trained.score({"rows": np.zeros((5_001, 11)).tolist()})[0] == 400
    assert trained.score({"rows": np.zeros((5_000, 11)).tolist()})[0] == 200
    monkeypatch.setattr(module, "LARGEST", 100)
    status, said = trained.score({"rows": np.zeros((50, 11)).tolist()})
    assert (status, said["error"]) == (413, "A body may have 100 bytes: send fewer rows.")


def test_other_methods_and_paths_are_told_what_there_is(client: Client) -> None:
    assert client.ask("GET", "/v1/score") == (405, {"error": "/v1/score is asked with POST."})
    status, said = client.ask("GET", "/v2")
    assert status == 404
    assert "/v1/score, /v1/train, /v1/model, /health, /metrics" in said["error"]


def test_when_redis_is_away_training_says_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(training.Sample, "read", away)
    status, said = client.ask("POST", "/v1/train")
    assert (status, client.headers["Retry-After"]) == (503, "5")
    assert said["error"] == "The database or Redis does not answer. Ask again in a moment."


def test_when_the_database_is_away_what_was_loaded_goes_on(trained: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Forest] = []

    def away(forest: Forest) -> None:
        asked.append(forest)
        raise OperationalError("", {}, Exception())

    loader, now = trained.service._loader, [0.0]
    loader._clock, loader._next = lambda: now[0], 0.0
    rows = {"rows": ordinary(1).tolist()}
    assert trained.score(rows)[0] == 200
    monkeypatch.setattr(loading, "refresh", away)
    statuses = []
    for now[0] in (29.0, 31.0, 32.0, 62.0):
        statuses.append(trained.score(rows)[0])
    assert (statuses, len(asked)) == ([200] * 4, 2)


def test_it_does_not_start_without_a_token(settings: Settings) -> None:
    with pytest.raises(ValueError, match="AEROSTIC_ML_TOKEN is not set"):
        create_service(settings)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ml_token": "short"}, "32 plain characters"),
        ({"ml_url": "http://127.0.0.1:1"}, "32 plain characters"),
        ({"ml_url": "127.0.0.1:1", "ml_token": TOKEN}, "AEROSTIC_ML_URL has to look like"),
        ({"ml_token": "\n" * 32}, "32 plain characters"),
    ],
)
def test_settings_that_cannot_work_are_refused(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(_env_file=None, **values)
