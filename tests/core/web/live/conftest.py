"""What the live server's tests share."""

import pytest

from aerostic.web.live import server


@pytest.fixture(autouse=True)
def _no_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CALM_SECONDS", 0)
