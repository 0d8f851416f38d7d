"""The loop takes what is in the stream, applies it, and acknowledges only what is applied."""

import threading
import time

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy.exc import OperationalError

from aerostic.messaging.inbound import consumer, loop
from aerostic.settings import Settings
from aerostic.streams.intake import Intake
from tests.core.messaging.inbound.shop import Shop


@pytest.fixture
def stream(settings: Settings, redis: Redis) -> Intake:
    return Intake(redis, settings.redis_prefix, 1000)


def put(stream: Intake, shop: Shop, *items: dict) -> None:
    for _, fields in shop.entries(*items):
        stream.append(fields)


def run_until(app: Flask, stream: Intake, backlog: int) -> None:
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            loop.run(app, stop)

    thread = threading.Thread(target=work)
    thread.start()
    deadline = time.monotonic() + 10
    while stream.backlog() > backlog and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join()


def test_what_is_applied_leaves_the_stream(app: Flask, stream: Intake) -> None:
    shop = Shop.open()
    ids = shop.send(5)
    put(stream, shop, *(shop.status(id_, "delivered") for id_ in ids))
    run_until(app, stream, 0)
    assert stream.backlog() == 0
    assert [row["status"] for row in shop.rows()] == ["delivered"] * 5


def test_what_was_given_to_a_consumer_that_died_is_taken_over(
    app: Flask, stream: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "STALE_LIVES", 0)
    shop = Shop.open()
    (one,) = shop.send()
    put(stream, shop, shop.status(one, "read"))
    assert len(stream.read("dead", 10, 1)) == 1
    run_until(app, stream, 0)
    assert [row["status"] for row in shop.rows()] == ["read"]


def test_nothing_is_acknowledged_while_the_database_is_away(
    app: Flask, stream: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("connection refused"))

    monkeypatch.setattr(consumer, "apply_statuses", away)
    shop = Shop.open()
    (one,) = shop.send()
    put(stream, shop, shop.status(one, "read"))
    with pytest.raises(OperationalError):
        loop.run(app, threading.Event())
    assert stream.backlog() == 1
