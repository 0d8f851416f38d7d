"""What events do to flows: a message goes to the run of its conversation that waits for it, or that is at something else just
now; any other event starts those that want it.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, tenant_scope, transaction
from aerostic.flows.contract import Woken
from aerostic.flows.models import FlowTrigger
from aerostic.flows.plan import KindError
from aerostic.flows.runs import later, telling, waves
from aerostic.flows.runs.around import About, Surroundings
from aerostic.flows.runs.beginnings import Begin, Published, id_of
from aerostic.flows.runs.boldly import boldly
from aerostic.flows.runs.driving import REPLY, begin_anew, go_on
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.seeing import Seen
from aerostic.flows.runs.values import contact_values

# Events of one transaction: their conversations are locked as long as it takes.
AT_ONCE = 25
# Which of these nobody has heard yet.
HEARD = text(
    "INSERT INTO flow_heard (tenant_id, id, created_at) SELECT :tenant, u.id, now() FROM unnest(CAST(:ids AS uuid[])) AS u(id)"
    " ON CONFLICT DO NOTHING RETURNING id"
)


def on_events(tenant_id: UUID | None, events: Sequence[Event]) -> None:
    """Many in one transaction, in their order; where that fails, each in one of its own. An event that comes again changes
    nothing. The platform's own start nothing.
    """
    left = events if tenant_id else ()
    while tenant_id and left:
        left = _together(tenant_id, left)


def _together(tenant_id: UUID, events: Sequence[Event]) -> Sequence[Event]:
    """Hear the first ones that are listened to; returns those that are left."""
    ours: Sequence[Event] = ()
    try:
        with transaction(tenant_scope(tenant_id)) as session, boldly(session):
            ours = telling.listened(session, tenant_id, events)
            hear(session, tenant_id, ours[:AT_ONCE])
    except Exception:
        if not ours:
            raise
        for event in ours[:AT_ONCE]:
            with transaction(tenant_scope(tenant_id)) as session:
                hear(session, tenant_id, [event])
    return ours[AT_ONCE:]


def hear(session: Session, tenant_id: UUID, events: Sequence[Event]) -> None:
    """Let events go to the runs that they belong to, or start what wants them. One that was heard already changes nothing."""
    if not events:
        return
    surroundings = Surroundings.of(session, tenant_id, events)
    fresh = set(session.scalars(HEARD, {"tenant": tenant_id, "ids": sorted({event.id for event in events})}))
    for event in events:
        if event.id in fresh:
            fresh.remove(event.id)
            _hear(surroundings, event)


def catch_up(session: Session, tenant_id: UUID, events: Sequence[Event]) -> None:
    """Deal with what had been put by until a run rested."""
    if not events:
        return
    surroundings = Surroundings.of(session, tenant_id, events)
    for event in events:
        _hear(surroundings, event)


def _hear(around: Surroundings, event: Event) -> None:
    about, session = around.about(event), around.session
    talk = about.conversation
    if talk and talk.handled_by == "person" and about.message.get("direction") == "in":
        return
    if talk and event.type == telling.MESSAGE and about.message.get("first"):
        around.adopt(talk)
    run = around.ongoing(talk) if talk and event.type == telling.MESSAGE else None
    if run is None:
        _start(around, event, about)
    elif run.awaits != REPLY or run.reason or not go_on(session, run, Woken(REPLY, about.message)):
        later.put_by(run, event)  # also where a plugin was off that the run needs, until it has looked again


def _start(around: Surroundings, event: Event, about: About) -> None:
    triggers = around.triggers(event.type)
    if not triggers or not around.is_there(about.contact_id):
        return
    session, tenant_id = around.session, around.tenant_id
    told = {"trigger": telling.shown(session, tenant_id, event), "message": about.message}
    reads = {"contact": partial(contact_values, session, tenant_id, about.contact_id)} if about.contact_id else {}
    seen = Seen(told, reads)
    wanted = [trigger for trigger in triggers if _wants(session, trigger, seen)]
    chain, people = tuple(event.data.get("chain", ())), telling.people(event)
    for trigger in wanted:
        if len(people) > 1:
            waves.add(session, trigger, event.id, told["trigger"], contacts=people, chain=chain)
            continue
        begins = Begin(
            node=trigger.node,
            cause=event.id,
            trigger=told["trigger"],
            message=about.message,
            contact_id=about.contact_id,
            conversation_id=about.conversation.id if about.conversation else None,
            chain=chain,
        )
        version = Published(tenant_id, trigger.flow_id, trigger.version_id)
        if id_of(version, begins) not in around.begun:
            begin_anew(session, version, begins)
        around.busy(about.conversation)


def _wants(session: Session, trigger: FlowTrigger, seen: Seen) -> bool:
    try:
        step = plans().of(session, trigger.tenant_id, trigger.version_id).steps[trigger.node]
    except KindError:
        return False
    return bool(step.node.wants(seen, step.config.with_values(seen)))
