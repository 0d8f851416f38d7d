"""What only the Kafka transport promises."""

import importlib.util

import pytest

from aerostic.streams import BusError
from aerostic.streams.kafka_bus import KafkaBus


def test_it_refuses_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "crc32c" else find(name))
    with pytest.raises(BusError, match="pip install crc32c"):
        KafkaBus("127.0.0.1:1", "x")
