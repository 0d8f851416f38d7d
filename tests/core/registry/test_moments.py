"""Hooks about moments that another process tells of, implemented by a plugin; test_hooks.py has the others."""

from flask import Flask
from sqlalchemy import select

from aerostic.db import transaction
from aerostic.detection.models import Incident, moment
from aerostic.detection.running.process import assemble
from aerostic.registry import OpenedIncident, runtime
from aerostic.settings import Settings
from aerostic.web.handlers import event_handlers
from tests.core.detection.running.test_watching import LOOKING
from tests.core.flows.starts import announced
from tests.core.registry.conftest import Shelf
from tests.core.registry.test_hooks import heard, running
from tests.support.detecting import NOW, signal
from tests.support.factories import make_tenant

INCIDENTS = """
calls = []
@hookimpl
def incident_opened(tenant, incident):
    calls.append((tenant, incident))
    raise RuntimeError("not now")
"""


def test_hook_incident_opened(app: Flask, settings: Settings, shelf: Shelf) -> None:
    """Each tenant that has the plugin on is told once, by the process of events; an error there changes nothing."""
    shelf.write("t_alarm", INCIDENTS)
    with running(settings, shelf) as ours:
        on, off = make_tenant(plugins=("t_alarm",)).id, make_tenant(plugins=()).id
        shared = frozenset({"content:1"})
        keeper = assemble(ours).keeper
        for at in (NOW, NOW + 5):
            keeper.put(signal("tenant", str(one), tenant_id=one, shares=shared, time=at) for one in (on, off))
            keeper.write()
        with transaction(LOOKING) as session:
            (row,) = session.scalars(select(Incident))
        handler = next(one for one in event_handlers(runtime().registry) if one.name == "core.incidents")
        for event in (*announced(on), *announced(off)):
            if event.type in handler.types:
                handler.function(event.tenant_id, [event])
        assert heard("t_alarm") == [(on, OpenedIncident(row.id, moment(NOW), ("credentials",), 0.95, 2))]
