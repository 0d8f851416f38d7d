"""What was answered is kept: the process of webhooks is killed under load, and every run that a caller was told of is there."""

import http.client
import os
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.settings import Settings
from tests.support.factories import make_tenant
from tests.support.ports import free_ports
from tests.support.processes import Process, eventually, running

CALLERS, LEAST = 24, 300
ECHO = Document.of(
    {
        "nodes": [
            {"id": "in", "kind": "http.webhook"},
            {"id": "set", "kind": "logic.set", "config": {"name": "n", "value": "{{ trigger.body.n }}"}},
            {"id": "out", "kind": "http.respond", "config": {"data": {"n": "{{ vars.n }}"}}},
        ],
        "edges": [{"source": "in", "target": "set"}, {"source": "set", "target": "out"}],
    }
)


class Callers:
    """Threads that call until nobody answers; `told` are the runs that they were told of."""

    def __init__(self, port: int, path: str, secret: str) -> None:
        self.port, self.path, self.secret = port, path, secret
        self.told: list[UUID] = []
        self._threads = [threading.Thread(target=self._call) for _ in range(CALLERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)

    def _call(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        with suppress(OSError, http.client.HTTPException):
            while True:
                connection.request("POST", self.path, b'{"n": 1}', headers)
                answer = connection.getresponse()
                assert (answer.read(), answer.status) == (b'{"n":1}', 200)
                self.told.append(UUID(answer.headers["Aerostic-Run"]))
        connection.close()


def kill(process: Process) -> None:
    """All of it at once, as when the machine loses power."""
    for one in (*process.family(), process.child):
        os.kill(one.pid, signal.SIGKILL)


@pytest.mark.kill
def test_every_run_that_was_answered_before_the_process_was_killed_has_its_journal(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    tenant_id = make_tenant(plugins=("http", "logic")).id
    with transaction(tenant_scope(tenant_id)) as session:
        flow = drafts.create(session, tenant_id, "Echo", ECHO)
        drafts.publish(session, flow.id, user_id=None)
        (hook,) = keeping.of_flow(session, flow.id)
        path, secret = keeping.PATH + hook.token, keeping.reveal(session, hook)
    port = free_ports(1)
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
        "AEROSTIC_KEYS": settings.keys.get_secret_value(),
        "AEROSTIC_SECRET_KEY": settings.secret_key.get_secret_value(),
        "AEROSTIC_HOOK_PACE": "100000",
    }
    callers = Callers(port, path, secret)
    with running("hooks", "--port", str(port), log=tmp_path / "log", environment=environment) as process:
        eventually(lambda: _listens(port), 60, "the process does not listen")
        callers.start()
        eventually(lambda: len(callers.told) >= LEAST, 60, f"too few answers:\n{process.text}")
        kill(process)
        callers.join()
    with transaction(tenant_scope(tenant_id)) as session:
        kept = {run.id: run for run in session.query(FlowRun)}
        assert set(callers.told) - kept.keys() == set()
        paths = {"".join(step.node for step in journal.read(session, kept[id_])) for id_ in callers.told}
    assert (paths, {kept[id_].state for id_ in callers.told}) == ({"insetout"}, {"ended"})


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
