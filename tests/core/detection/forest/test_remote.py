"""The service is asked within a budget; what does not answer is left alone, and the model of the process judges."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import orjson
import pytest

from aerostic.detection.forest import jobs, scoring, training
from aerostic.detection.forest.breaker import Breaker
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.remote import Remote, RemoteError
from aerostic.detection.forest.scoring import Forest
from aerostic.detection.forest.training import Outcome
from aerostic.detection.forest.versions import Loaded
from aerostic.registry import runtime
from tests.core.detection.forest.rows import odd, ordinary
from tests.support.ports import free_ports

TOKEN = "t" * 32
ANSWER = {"version": 3, "ranks": [0.0, 6.5], "reasons": {"1": [["asked", 0.1]]}}
PATIENT = 5.0


class StandIn:
    """A service that says what the test wants."""

    def __init__(self) -> None:
        self.answer: Any = ANSWER
        self.status, self.asked, self.close = 200, 0, False
        self.hold: threading.Event | None = None
        self.headers: list[str] = []
        self.bodies: list[Any] = []


@contextmanager
def serving() -> Iterator[tuple[StandIn, str]]:
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            stand_in.asked += 1
            stand_in.headers.append(self.headers["Authorization"])
            stand_in.bodies.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if stand_in.hold:
                stand_in.hold.wait(10)
            raw = stand_in.answer if isinstance(stand_in.answer, bytes) else orjson.dumps(stand_in.answer)
            try:
                self.send_response(stand_in.status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                pass  # who asked did not wait
            self.close_connection = stand_in.close

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stand_in, f"http://127.0.0.1:{server.server_port}"
    finally:
        if stand_in.hold:
            stand_in.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def service() -> Iterator[tuple[StandIn, str]]:
    with serving() as found:
        yield found


@contextmanager
def client(url: str, budget: float = PATIENT, clock: Callable[[], float] | None = None) -> Iterator[Remote]:
    remote = Remote(url, TOKEN, budget, **({"clock": clock} if clock else {}))
    yield remote
    remote.close()


def test_rows_are_sent_and_what_is_said_of_them_comes_back(service: tuple[StandIn, str]) -> None:
    stand_in, url = service
    rows = ordinary(2)
    with client(url) as remote:
        judged = remote.judge(rows)
        remote.judge(rows)
    assert (judged.version, judged.ranks.tolist(), judged.reasons) == (3, [0.0, 6.5], {1: [("asked", 0.1)]})
    assert stand_in.headers == [f"Bearer {TOKEN}"] * 2
    assert np.array_equal(np.array(stand_in.bodies[0]["rows"], np.float32), rows)


def test_a_connection_that_the_service_closed_is_opened_again(service: tuple[StandIn, str]) -> None:
    stand_in, url = service
    stand_in.close = True
    with client(url) as remote:
        for _ in range(3):
            remote.judge(ordinary(2))
    assert stand_in.asked == 3


def test_an_answer_that_comes_too_late_is_not_waited_for(service: tuple[StandIn, str]) -> None:
    stand_in, url = service
    stand_in.hold = threading.Event()
    with client(url, budget=0.05) as remote, pytest.raises(RemoteError, match="too late"):
        remote.judge(ordinary(2))


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (503, {"error": "no model"}, "status 503"),
        (401, {"error": "token"}, "status 401"),
        (200, b"<html>", "unreadable"),
        (200, [], "unreadable"),
        (200, {**ANSWER, "ranks": [1.0]}, "unreadable"),
        (200, {**ANSWER, "ranks": [1.0, None]}, "unreadable"),
        (200, {**ANSWER, "reasons": {"7": []}}, "unreadable"),
        (200, {**ANSWER, "reasons": {"1": [["asked", "much"]]}}, "unreadable"),
        (200, {"version": 3}, "unreadable"),
    ],
)
def test_what_is_no_answer_is_an_error(service: tuple[StandIn, str], status: int, answer: Any, said: str) -> None:
    stand_in, url = service
    stand_in.status, stand_in.answer = status, answer
    with client(url) as remote, pytest.raises(RemoteError, match=said):
        remote.judge(ordinary(2))


def test_who_does_not_answer_three_times_is_left_alone_and_tried_again_after_a_rest() -> None:
    now = [0.0]
    with client(f"http://127.0.0.1:{free_ports(1)}", clock=lambda: now[0]) as remote:
        said = []
        for at in (0, 0, 0, 0, 4.9, 5.0, 14.9, 15.1):
            now[0] = at
            with pytest.raises(RemoteError) as caught:
                remote.judge(ordinary(2))
            said.append(str(caught.value))
    asked, left = "not connected", "it did not answer lately"
    assert said == [asked, asked, asked, left, left, asked, left, asked]


def test_an_answer_closes_the_breaker() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(3):
        breaker.failed()
    assert not breaker.closed
    now[0] = 5.0
    assert breaker.closed
    breaker.succeeded()
    breaker.failed()
    assert breaker.closed


def test_a_rest_is_a_minute_at_most() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(20):
        breaker.failed()
    now[0] = 60.0
    assert breaker.closed


def test_without_the_service_the_model_of_the_process_judges() -> None:
    with client(f"http://127.0.0.1:{free_ports(1)}") as remote:
        forest = Forest(Loaded(9, fit(ordinary(600), 1)), remote)
        judged = forest.judge(odd(asked=6, bare=4, objects=4, errors=3), 0.0)
    assert judged is not None
    assert (judged.version, list(judged.reasons)) == (9, [0])


def test_with_neither_nobody_judges() -> None:
    with client(f"http://127.0.0.1:{free_ports(1)}") as remote:
        assert Forest(None, remote).judge(ordinary(2), 0.0) is None


def test_with_the_service_it_judges(service: tuple[StandIn, str]) -> None:
    with client(service[1]) as remote:
        judged = Forest(Loaded(9, fit(ordinary(600), 1)), remote).judge(ordinary(2), 0.0)
    assert judged is not None
    assert judged.version == 3


def test_a_name_that_leads_nowhere_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with client(url) as remote, pytest.raises(RemoteError, match="not connected"):
            remote.judge(ordinary(2))


@pytest.mark.usefixtures("app")
def test_the_job_has_the_service_train_and_does_it_here_where_that_does_not_answer(
    service: tuple[StandIn, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in, url = service
    here: list[Outcome] = []
    monkeypatch.setattr(training, "retrain", lambda: here.append(Outcome("kept")))
    monkeypatch.setattr(scoring, "remote_of", lambda _: Remote(url, TOKEN))
    stand_in.answer = {"what": "kept", "version": 1, "reason": ""}
    jobs.train()
    assert (stand_in.asked, here) == (1, [])
    stand_in.status = 503
    jobs.train()
    assert (stand_in.asked, len(here)) == (2, 1)
    assert runtime().settings.ml_url == ""
