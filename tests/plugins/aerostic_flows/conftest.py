import pytest
from flask import Flask

from tests.support.flowing import Clock, Shop


@pytest.fixture
def shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop.open(Clock().patch(monkeypatch))
