"""What there is around events when flows hear of them, asked for all of them at once: whom they are about, what was said, what
runs in these conversations, and what listens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.db import Event
from aerostic.flows.engine import AGAIN
from aerostic.flows.models import OPEN, FlowRun, FlowTrigger
from aerostic.flows.runs import telling
from aerostic.flows.runs.driving import REPLY
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.values import message_values
from aerostic.messaging.contacts.reach import expect
from aerostic.messaging.conversations.handling import all_locked
from aerostic.messaging.models import Conversation

# A run that a message of its conversation belongs to: one that waits for it, or one in the middle of a step that changes another
# system, or between two tries of one.
HEARS = f"(state = 'waiting' AND awaits IN ('{REPLY}', '{AGAIN}') OR state IN ('outside', 'unknown'))"
# A statement of its own: what is looked at afterwards is what others have committed for whom it waited.
KEEP = text(
    "SELECT id FROM contact WHERE tenant_id = :tenant AND id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR KEY SHARE"
)
LOOK = text(f"""
    SELECT ARRAY(SELECT contact_id FROM flow_run WHERE tenant_id = :tenant AND contact_id = ANY(CAST(:contacts AS uuid[]))
                 AND conversation_id IS NULL AND state IN {OPEN}) AS lonely,
           ARRAY(SELECT conversation_id FROM flow_run
                 WHERE tenant_id = :tenant AND conversation_id = ANY(CAST(:talks AS uuid[])) AND {HEARS}) AS talking,
           ARRAY(SELECT id FROM flow_run WHERE tenant_id = :tenant AND id = ANY(CAST(:runs AS uuid[]))) AS begun
""")


class About(NamedTuple):
    """Whom an event is about, and what was said."""

    contact_id: UUID | None
    conversation: Conversation | None
    message: dict[str, Any]


@dataclass(slots=True)
class Surroundings:
    """Of events that are heard in one transaction. Their conversations are locked: what happens in one happens in order.

    Args:
        ids: contact, conversation and message of each event, by its id.
        contacts: those who are there; nobody erases them until the transaction ends.
        lonely: contacts with runs that began before there was any conversation with them.
        talking: conversations that may have a run that hears.
        begun: runs that these events have begun before.
    """

    session: Session
    tenant_id: UUID
    ids: Mapping[UUID, Mapping[str, UUID]]
    conversations: Mapping[UUID, Conversation]
    messages: Mapping[UUID, dict[str, Any]]
    contacts: frozenset[UUID] = frozenset()
    lonely: frozenset[UUID] = frozenset()
    talking: set[UUID] = field(default_factory=set)
    begun: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, session: Session, tenant_id: UUID, events: Sequence[Event]) -> "Surroundings":
        """Lock first, then look."""
        ids = {event.id: telling.ids_of(session, tenant_id, event) for event in events}
        talks = all_locked(session, tenant_id, _all(ids, "conversation_id"))
        said = message_values(session, tenant_id, _all(ids, "message_id"))
        around = cls(session, tenant_id, ids, talks, said)
        people = {*_all(ids, "contact_id"), *(talk.contact_id for talk in talks.values())}
        if people:
            around.contacts = frozenset(session.scalars(KEEP, {"tenant": tenant_id, "ids": list(people)}))
            expect(session, around.contacts)
        around._look(people, events)
        return around

    def about(self, event: Event) -> About:
        """Whom an event is about, and what was said."""
        ids = self.ids[event.id]
        talk, message = ids.get("conversation_id"), ids.get("message_id")
        return About(
            ids.get("contact_id"),
            self.conversations.get(talk) if talk else None,
            self.messages.get(message, {}) if message else {},
        )

    def triggers(self, event: str) -> Sequence[FlowTrigger]:
        """What listens to a type of event, in the order in which it starts."""
        return telling.triggers(self.session, self.tenant_id).get(event, ())

    def is_there(self, contact_id: UUID | None) -> bool:
        """Whether nobody has erased the contact meanwhile."""
        return contact_id is None or contact_id in self.contacts

    def adopt(self, talk: Conversation) -> None:
        """Let runs go on in a conversation that began before there was any with their contact."""
        if talk.contact_id in self.lonely:
            telling.adopt(self.session, talk)
            self.busy(talk)

    def busy(self, talk: Conversation | None) -> None:
        """A run has begun in a conversation."""
        if talk:
            self.talking.add(talk.id)

    def ongoing(self, talk: Conversation) -> FlowRun | None:
        """The run that a message of the conversation belongs to: one that waits for it before any other."""
        if talk.id not in self.talking:
            return None
        theirs = (FlowRun.tenant_id == self.tenant_id, FlowRun.conversation_id == talk.id, text(HEARS))
        first = select(FlowRun).where(*theirs).order_by((FlowRun.awaits == REPLY).desc(), FlowRun.id.desc()).limit(1)
        return self.session.scalar(first.with_for_update())

    def _look(self, people: Iterable[UUID], events: Sequence[Event]) -> None:
        """At what runs, and what these events have begun already."""
        may = {run_id(event.id, str(t.flow_id), t.node) for event in events for t in self.triggers(event.type)}
        looked = {"contacts": list(people), "talks": list(self.conversations), "runs": list(may)}
        if any(looked.values()):
            found = self.session.execute(LOOK, {"tenant": self.tenant_id, **looked}).one()
            self.lonely, self.talking, self.begun = frozenset(found.lonely), set(found.talking), frozenset(found.begun)


def _all(ids: Mapping[UUID, Mapping[str, UUID]], name: str) -> set[UUID]:
    return {one[name] for one in ids.values() if name in one}
