"""The two roles of the database, and the refusal of the wrong one."""

from flask import Flask
from redis import Redis
from sqlalchemy import text

from aerostic.db import db
from aerostic.db.engine import check_role


def test_the_application_connects_as_a_plain_role(app: Flask, redis: Redis) -> None:
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "aerostic_app"
    check_role(db.engine)
    assert redis.ping() is True
