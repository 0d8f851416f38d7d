"""The application of webhooks as a server sees it: it begins and ends, reads whole requests, and answers nobody who has gone."""

import asyncio
import threading
from typing import Any

import pytest

from aerostic.db import tenant_scope, transaction
from aerostic.flows.hooks import keeping
from aerostic.flows.hooks.lengths import LONG_SECONDS, OFTEN
from aerostic.web.incoming import flows
from aerostic.web.incoming.server import Incoming
from tests.core.web.incoming.test_flows import Caller, hello  # noqa: F401
from tests.support.incoming import ask, reply


def test_it_begins_and_ends_with_the_server(incoming: Incoming) -> None:
    told: list[Any] = []
    asked = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])
        told.append(await asyncio.to_thread(lambda: threading.current_thread().name.partition("_")[0]))

    asyncio.run(incoming({"type": "lifespan"}, receive, send))  # type: ignore[arg-type]
    assert told == ["lifespan.startup.complete", "webhooks", "lifespan.shutdown.complete", "webhooks"]


def test_who_goes_before_the_body_is_whole_is_answered_nothing_and_starts_nothing(hello: Caller) -> None:  # noqa: F811
    path = {"PATH_INFO": f"/flows/{hello.token}", "HTTP_AUTHORIZATION": f"Bearer {hello.secret}"}
    assert (ask(hello.incoming, path, [b'{"n":', b"1}"]), hello.runs()) == (None, [])


def test_a_header_that_comes_twice_is_one_with_both_values(hello: Caller) -> None:  # noqa: F811
    path = {"PATH_INFO": f"/flows/{hello.token}", "HTTP_AUTHORIZATION": f"Bearer {hello.secret}"}
    twice = path | {"HTTP_X_EVENT_TYPE": "one", "HTTP_X_EVENT-TYPE": "two", "CONTENT_TYPE": "application/json"}
    reply(hello.incoming, twice, b'{"name": "Ann", "n": 1}')
    assert hello.runs()[0].journal[0][5]["headers"] == {"content_type": "application/json", "x_event_type": "one,two"}


def test_what_takes_long_is_taken_through_beside_the_event_loop(
    hello: Caller,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[str] = []
    really = flows.go_quickly

    def watched(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return really(*given)

    monkeypatch.setattr(flows, "go_quickly", watched)
    hello({"name": "Ann", "n": 1})
    with transaction(tenant_scope(hello.tenant_id)) as session:
        (hook,) = keeping.of_flow(session, hello.flow_id)
    for _ in range(OFTEN):
        hello.incoming.flows._lengths.took(hook.id, LONG_SECONDS)
    hello({"name": "Ann", "n": 1})
    assert (len(hello.runs()), len(set(threads))) == (2, 2)


def test_where_there_is_no_room_for_a_body_it_has_to_come_again(incoming: Incoming) -> None:
    incoming._bodies.room = 10
    told = [reply(incoming, {"PATH_INFO": "/whatsapp/nobodys"}, b"x" * length) for length in (11, 10)]
    assert [(one.status, one.headers.get("Retry-After")) for one in told] == [(503, "5"), (404, None)]
    assert incoming._bodies.room == 10
