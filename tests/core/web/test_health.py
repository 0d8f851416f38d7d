"""Health, readiness and metrics over the real database and Valkey."""

import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from aerostic.db import Event, db, migrate
from aerostic.db.engine import init_database
from aerostic.detection.running.pulse import beat
from aerostic.registry.runtime import KEY
from aerostic.settings import Settings
from aerostic.streams import lags
from aerostic.streams.dead import DeadLetters
from aerostic.streams.lags import tell_lags
from aerostic.web import health
from aerostic.web.health import init_health
from aerostic.web.metrics import init_metrics


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A small application with the same extensions, so that the shared one gets no second routes."""
    small = Flask("small")
    small.extensions[KEY] = app.extensions[KEY]
    init_database(small, app.extensions[KEY].settings.database_url)
    init_health(small)
    init_metrics(small)
    small.add_url_rule("/things/<thing>", "things", lambda thing: thing)
    yield small.test_client()
    with small.app_context():
        db.engine.dispose()


def with_settings(client: FlaskClient, **changes: object) -> None:
    extensions = client.application.extensions
    settings: Settings = extensions[KEY].settings
    extensions[KEY] = replace(extensions[KEY], settings=settings.model_copy(update=changes))


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json, answer.headers["Cache-Control"]) == (200, {"status": "alive"}, "no-store")


def test_a_process_with_its_servers_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    ok = {"ok": True}
    assert answer.json == {"status": "ready", "checks": {"database": ok, "migrations": ok, "redis": ok}}
    assert answer.status_code == 200


def test_without_redis_it_is_not_ready_and_says_what_to_do(client: FlaskClient) -> None:
    with_settings(client, redis_url="redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["status"] == "not ready"
    assert answer.json["checks"]["database"] == {"ok": True}
    assert answer.json["checks"]["redis"] == {
        "ok": False,
        "message": "Redis does not answer: start it, and compare REDIS_URL with where it runs.",
    }


def test_without_a_redis_address_it_is_not_ready(client: FlaskClient) -> None:
    with_settings(client, redis_url="")
    assert client.get("/readyz").json["checks"]["redis"]["ok"] is False


def test_without_the_database_it_is_not_ready_and_names_no_address(client: FlaskClient) -> None:
    with_settings(client, database_url="postgresql://someone:hidden@127.0.0.1:1/none")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["migrations"]["ok"]) == (503, False)
    assert "hidden" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_the_owner_of_the_tables_is_not_a_role_to_serve_with(
    client: FlaskClient, app: Flask, owner_engine, monkeypatch
) -> None:
    class OwnerDatabase:
        engine = owner_engine

    monkeypatch.setattr(health, "db", OwnerDatabase)
    check = client.get("/readyz").json["checks"]["database"]
    assert check["ok"] is False
    assert "DATABASE_OWNER_URL" in check["message"]


def test_a_database_behind_the_code_is_told_to_migrate(client: FlaskClient, monkeypatch) -> None:
    monkeypatch.setattr(migrate, "positions", lambda url, folders: [migrate.Position("core", "0001", "0002")])
    check = client.get("/readyz").json["checks"]["migrations"]
    assert check == {
        "ok": False,
        "message": "core is at 0001 and needs 0002. Run `aerostic migrate` with this version's code.",
    }


@pytest.mark.parametrize(
    "host", ["admin.localhost", "admin.localhost:8800", "127.0.0.1:8800", "[::1]:8800", "localhost"]
)
def test_metrics_answer_on_internal_hosts(client: FlaskClient, host: str) -> None:
    assert client.get("/metrics", headers={"Host": host}).status_code == 200


def test_metrics_say_how_detection_is(client: FlaskClient, app: Flask, redis: Redis) -> None:
    prefix = app.extensions[KEY].settings.redis_prefix
    for figures, said in ((None, "0.0 0.0"), ({"at": 1.0, "degraded": 1.0}, "1.0 1.0"), ({"at": 1.0}, "1.0 0.0")):
        if figures:
            beat(redis, prefix, figures)
        text = client.get("/metrics", headers={"Host": "admin.localhost"}).text
        alive, degraded = said.split()
        assert f"\naerostic_detection_alive {alive}\n" in text
        assert f"\naerostic_detection_degraded {degraded}\n" in text


@pytest.mark.parametrize("host", ["app.localhost", "hooks.localhost:8800", "10.0.0.4", "admin.localhost.evil.example"])
def test_metrics_do_not_exist_on_public_hosts(client: FlaskClient, host: str) -> None:
    assert client.get("/metrics", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [("127.0.0.1", 200), ("10.1.2.3", 200), ("10.1.2.3, 8.8.8.8", 404), ("8.8.8.8", 404), ("x", 404)],
)
def test_metrics_do_not_exist_for_clients_from_outside_a_proxy(
    client: FlaskClient, forwarded: str, status: int
) -> None:
    headers = {"Host": "admin.localhost", "X-Forwarded-For": forwarded}
    assert client.get("/metrics", headers=headers).status_code == status


def test_requests_are_counted_by_endpoint_and_never_by_path(client: FlaskClient) -> None:
    client.get("/things/4915123456789")
    client.open("/things/1", method="BREW")
    text = client.get("/metrics", headers={"Host": "127.0.0.1"}).text
    assert 'aerostic_http_requests_total{endpoint="things",method="GET",status="200"}' in text
    assert 'aerostic_http_request_seconds_count{endpoint="things"}' in text
    assert 'method="other"' in text
    assert "4915123456789" not in text
    assert "BREW" not in text


def test_the_lag_of_each_consumer_is_told_as_its_process_told_it(client: FlaskClient, app: Flask) -> None:
    ours = app.extensions[KEY]
    dead = DeadLetters(ours.redis, ours.settings.redis_prefix)
    dead.add("campaigns.ends", Event("batch.finished", None, "k", {}), RuntimeError("x"))
    tell_lags(ours.redis, ours.settings.redis_prefix, {"campaigns.ends": 7, "detection": 12})
    text = client.get("/metrics", headers={"Host": "127.0.0.1"}).text
    assert 'aerostic_events_lag{handler="campaigns.ends"} 7.0' in text
    assert 'aerostic_events_lag{handler="detection"} 12.0' in text
    assert "aerostic_events_dead 1.0" in text
    assert "aerostic_intake_backlog 0.0" in text


def test_a_lag_that_nobody_tells_any_more_is_left_out(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = app.extensions[KEY]
    tell_lags(ours.redis, ours.settings.redis_prefix, {"campaigns.ends": 7})
    later = time.time() + lags.FRESH_SECONDS + 1
    monkeypatch.setattr(lags, "time", SimpleNamespace(time=lambda: later))
    tell_lags(ours.redis, ours.settings.redis_prefix, {"detection": 12})
    text = client.get("/metrics", headers={"Host": "127.0.0.1"}).text
    assert [f'aerostic_events_lag{{handler="{name}"}}' in text for name in ("campaigns.ends", "detection")] == [
        False,
        True,
    ]


def test_metrics_are_told_without_the_streams_server(client: FlaskClient) -> None:
    with Redis(port=1) as away:
        client.application.extensions[KEY] = replace(client.application.extensions[KEY], redis=away)
        assert client.get("/metrics", headers={"Host": "127.0.0.1"}).status_code == 200
