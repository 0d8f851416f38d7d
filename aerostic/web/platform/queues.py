"""Queues, workers, consumers and dead letters; letters can be handled again, or discarded."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from aerostic.audit import Act, record
from aerostic.db import platform_scope, transaction
from aerostic.jobs.overview import queue_states, worker_states
from aerostic.registry import runtime
from aerostic.streams.dead import DeadLetters
from aerostic.streams.overview import stream_states
from aerostic.web.handlers import event_handlers
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast

views = Blueprint("platform_queues", __name__)
CONSOLE = platform_scope("platform console")


@views.get("/queues")
@staff_only("platform")
def show() -> ResponseReturnValue:
    """How they stand."""
    return render(
        "platform/queues.html",
        queues=queue_states(runtime()),
        workers=worker_states(runtime()),
        streams=stream_states(runtime(), [handler.name for handler in event_handlers(runtime().registry)]),
    )


@views.post("/queues/letters")
@staff_only("platform")
def letters() -> ResponseReturnValue:
    """Have chosen dead letters handled again (`act` replay), or discard them."""
    dead = DeadLetters(runtime().redis, runtime().settings.redis_prefix)
    ids, act = request.form.getlist("id"), request.form.get("act")
    with transaction(CONSOLE) as session:
        verb = "discarded" if act == "discard" else "replayed"
        record(session, Act(None, f"letter.{verb}", after={"count": len(ids), "ids": ids}))
    if act == "discard":
        dead.discard(ids)
        toast(ngettext("One event was discarded.", "%(num)s events were discarded.", len(ids)))
    else:
        handlers = event_handlers(runtime().registry)
        failed = dead.replay(ids, {handler.name: handler.function for handler in handlers})
        if failed:
            toast(_("%(count)s of them failed again.", count=len(failed)), "danger")
        else:
            toast(ngettext("One event was handled.", "%(num)s events were handled.", len(ids)))
    return redirect("/queues", 303)
