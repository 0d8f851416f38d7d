"""Queues, workers, consumers and dead letters. Letters can be handled again or discarded, consumers that are gone forgotten."""

from contextlib import closing

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from aerostic.audit import Act, record
from aerostic.db import platform_scope, transaction
from aerostic.jobs.overview import queue_states, worker_states
from aerostic.registry import runtime
from aerostic.streams.dead import DeadLetters
from aerostic.streams.transports import open_bus
from aerostic.web.handlers import event_handlers
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.streams import streams_now

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
        streams=streams_now(),
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


@views.post("/queues/consumers")
@staff_only("platform")
def forget() -> ResponseReturnValue:
    """Forget a consumer that is gone, with what is kept for it."""
    name = request.form.get("name", "")
    if name not in streams_now().gone:
        toast(_("This consumer runs, or is gone already."), "danger")
        return redirect("/queues", 303)
    with transaction(CONSOLE) as session:
        record(session, Act(None, "consumer.forgotten", f"consumer:{name}"))
    with closing(open_bus(runtime().settings, runtime().redis)) as bus:
        bus.forget(name)
    toast(_("The consumer was forgotten."))
    return redirect("/queues", 303)
