"""The forest in a service of its own, asked over HTTP within a bounded time.

Over one connection that stays open, by the standard library: a general client spends more time on a question than the service
on its answer. One thread asks.
"""

import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson

from aerostic.detection.forest.breaker import Breaker
from aerostic.detection.forest.features import NAMES, Rows
from aerostic.detection.forest.judging import Judged
from aerostic.detection.forest.metrics import REMOTE_FAILURES

# What a tick can spare, and what a training takes.
BUDGET, TRAINING = 0.05, 120.0
MOST_BYTES = 2 * 1024 * 1024
SCORE, TRAIN = "/v1/score", "/v1/train"


class RemoteError(Exception):
    """The service did not answer, or not what was asked."""


class Remote:
    """The client.

    Args:
        url: of the service.
        token: that it knows us by.
        budget: seconds that connecting, asking and reading may take together.
        clock: seconds, rising.
    """

    def __init__(
        self, url: str, token: str, budget: float = BUDGET, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._parts, self._budget, self._clock = urlsplit(url), budget, clock
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._breaker = Breaker(clock)
        self._open: HTTPConnection | None = None

    def judge(self, rows: Rows) -> Judged:
        """What the service says of rows.

        Raises:
            RemoteError: it did not answer in time, lately did not, or says what is no answer.
        """
        if not self._breaker.closed:
            raise RemoteError("it did not answer lately")
        body = orjson.dumps({"rows": np.ascontiguousarray(rows)}, option=orjson.OPT_SERIALIZE_NUMPY)
        try:
            judged = _judged(self._ask(SCORE, body, self._budget), len(rows))
        except RemoteError as error:
            self._breaker.failed()
            REMOTE_FAILURES.labels(str(error)).inc()
            raise
        self._breaker.succeeded()
        return judged

    def train(self) -> dict[str, Any]:
        """Have the service look whether a new version is due, and make it.

        Raises:
            RemoteError: it did not answer.
        """
        try:
            answer = orjson.loads(self._ask(TRAIN, b"{}", TRAINING))
        except orjson.JSONDecodeError:
            raise RemoteError("unreadable") from None
        finally:
            self.close()
        if not isinstance(answer, dict):
            raise RemoteError("unreadable")
        return answer

    def _ask(self, path: str, body: bytes, seconds: float) -> bytes:
        """Ask; once more where the service has closed the connection that was kept."""
        deadline = self._clock() + seconds
        for _ in range(1 if self._open is None else 2):
            try:
                return self._exchange(path, body, deadline)
            except TimeoutError:
                self.close()
                raise RemoteError("too late") from None
            except (OSError, HTTPException):
                self.close()
        raise RemoteError("not connected")

    def _exchange(self, path: str, body: bytes, deadline: float) -> bytes:
        connection = self._connection(deadline)
        connection.request("POST", self._parts.path.rstrip("/") + path, body, self._headers)
        connection.sock.settimeout(self._left(deadline))
        response = connection.getresponse()
        if response.status != 200:
            self.close()
            raise RemoteError(f"status {response.status}")
        found = response.read(MOST_BYTES)
        self._left(deadline)
        return found

    def _connection(self, deadline: float) -> HTTPConnection:
        if self._open is None:
            kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
            self._open = kind(self._parts.hostname or "", self._parts.port, timeout=self._left(deadline))
            self._open.connect()
        self._open.sock.settimeout(self._left(deadline))
        return self._open

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left

    def close(self) -> None:
        """Close the connection; the next question opens another one."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _judged(raw: bytes, number: int) -> Judged:
    try:
        answer = orjson.loads(raw)
        ranks = np.array(answer["ranks"], float)
        reasons = {
            int(at): [(str(name), float(gain)) for name, gain in found if name in NAMES]
            for at, found in answer["reasons"].items()
        }
        version = int(answer["version"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RemoteError("unreadable") from None
    if ranks.shape != (number,) or not np.isfinite(ranks).all() or not all(0 <= at < number for at in reasons):
        raise RemoteError("unreadable")
    return Judged(version, ranks, reasons)
