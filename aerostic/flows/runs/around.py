"""What there is around events when flows hear of them, asked for all of them at once: whom they are about, what was said, what
runs in these conversations, and what listens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from aerostic.db import Event, once
from aerostic.flows.engine import AGAIN
from aerostic.flows.models import OPEN, FlowRun, FlowTrigger
from aerostic.flows.runs import telling
from aerostic.flows.runs.driving import REPLY
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.values import message_values
from aerostic.messaging.conversations.handling import all_locked
from aerostic.messaging.models import Contact, Conversation

# A run that a message of its conversation belongs to: one that waits for it, or one in the middle of a step that changes another
# system, or between two tries of one.
HEARS: ColumnElement[bool] = ((FlowRun.state == "waiting") & FlowRun.awaits.in_((REPLY, AGAIN))) | FlowRun.state.in_(
    ("outside", "unknown")
)


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
        around._look([talk.contact_id for talk in talks.values()])
        around._look_back(events)
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
        heard = select(FlowTrigger).where(FlowTrigger.tenant_id == self.tenant_id, FlowTrigger.event == event)
        ordered = heard.order_by(FlowTrigger.flow_id, FlowTrigger.node)
        return once(self.session, ("triggers", self.tenant_id, event), lambda: self.session.scalars(ordered).all())

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
        own = select(FlowRun).where(FlowRun.tenant_id == self.tenant_id, FlowRun.conversation_id == talk.id, HEARS)
        first = own.order_by((FlowRun.awaits == REPLY).desc(), FlowRun.id.desc()).limit(1)
        return self.session.scalar(first.with_for_update())

    def _look(self, contacts: Iterable[UUID]) -> None:
        """At who is there, and at what runs."""
        own, theirs = FlowRun.tenant_id == self.tenant_id, {*contacts, *_all(self.ids, "contact_id")}
        if not theirs:
            return
        alone = (own, FlowRun.contact_id.in_(theirs), FlowRun.conversation_id.is_(None), FlowRun.state.in_(OPEN))
        talks = (own, FlowRun.conversation_id.in_(self.conversations), HEARS)
        there = (
            select(Contact.id).where(Contact.tenant_id == self.tenant_id, Contact.id.in_(theirs)).order_by(Contact.id)
        )
        self.contacts = frozenset(self.session.scalars(there.with_for_update(read=True, key_share=True)))
        self.lonely = frozenset(self.session.scalars(select(FlowRun.contact_id).where(*alone)))
        self.talking = set(self.session.scalars(select(FlowRun.conversation_id).where(*talks)))

    def _look_back(self, events: Sequence[Event]) -> None:
        """At runs that these events have begun already."""
        may = {run_id(event.id, str(t.flow_id), t.node) for event in events for t in self.triggers(event.type)}
        begun = select(FlowRun.id).where(FlowRun.tenant_id == self.tenant_id, FlowRun.id.in_(may))
        self.begun = frozenset(self.session.scalars(begun)) if may else frozenset()


def _all(ids: Mapping[UUID, Mapping[str, UUID]], name: str) -> set[UUID]:
    return {one[name] for one in ids.values() if name in one}
