"""What flows set each other off over HTTP is counted: a request tells which runs led to it, and nothing else may."""

from typing import Any

import pytest
from aerostic_http import asking

from aerostic.db import new_id, utcnow
from aerostic.flows.contract import Context
from aerostic.flows.hooks import chain
from aerostic.security.outbound import Answer

pytestmark = pytest.mark.usefixtures("app")


def test_a_request_tells_which_runs_led_to_it_whatever_the_step_says(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, str]] = []

    def fetch(url: str, *, headers: dict[str, str], **_: Any) -> Answer:
        sent.append(headers)
        return Answer(200, {}, b"{}")

    monkeypatch.setattr(asking.http, "fetch", fetch)
    runs = (str(new_id()), str(new_id()))
    context = Context(new_id(), new_id(), "ask", "key", utcnow(), {}, chain=runs)
    forged = {"AEROSTIC-Chain": chain.written([]), " aerostic-chain": "x"}
    asking.HttpRequest().run(context, asking.Asking(url="https://shop.example/", headers=forged))
    ((name, value),) = [(name, value) for name, value in sent[0].items() if "chain" in name.lower()]
    assert (name, chain.read(value)) == ("Aerostic-Chain", runs)
