"""Steps that change the contact: a field, tags, its consent."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Contact, contacts
from aerostic.sdk.flows import Context, Effect, Fail, FlowNode, Go, NodeConfig, Outcome

from .words import DATA

NOBODY = Fail("nobody", N_("This run is about no contact. Start it with a trigger that has one."))
Label = Annotated[str, Field(min_length=1, max_length=64)]


class FieldValue(NodeConfig):
    """A field of the contact, and its new value; an empty one removes it."""

    field: Label
    value: Annotated[str, Field(max_length=1_024)] = ""


class SetField(FlowNode[FieldValue]):
    """One field."""

    kind, title, icon, category = "logic.set_field", N_("Set a field of the contact"), "pencil", DATA
    help = N_("Writes a value into a field of the contact, where everybody sees it.")
    Config, effect = FieldValue, Effect.INSIDE

    def run(self, context: Context, config: FieldValue) -> Outcome:
        """Write it."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.update(*found, contacts.ContactData(fields={config.field: config.value}))
        return Go(output={config.field: config.value})


class Tagging(NodeConfig):
    """A tag by its name."""

    tag: Label


class AddTag(FlowNode[Tagging]):
    """Made where there is none of the name."""

    kind, title, icon, category = "logic.tag", N_("Add a tag"), "tag", DATA
    help = N_("Puts a tag on the contact.")
    Config, effect = Tagging, Effect.INSIDE

    def run(self, context: Context, config: Tagging) -> Outcome:
        """Put it on."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.tag(*found, config.tag)
        return Go(output={"tag": config.tag})


class RemoveTag(FlowNode[Tagging]):
    """If the contact wears it."""

    kind, title, icon, category = "logic.untag", N_("Remove a tag"), "tag-off", DATA
    help = N_("Takes a tag off the contact.")
    Config, effect = Tagging, Effect.INSIDE

    def run(self, context: Context, config: Tagging) -> Outcome:
        """Take it off."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.untag(*found, config.tag)
        return Go(output={"tag": config.tag})


class Nothing(NodeConfig):
    """Nothing to choose."""


class OptOut(FlowNode[Nothing]):
    """No more marketing."""

    kind, title, icon, category = "logic.opt_out", N_("Opt out"), "user-off", DATA
    help = N_("Writes down that the contact wants no more marketing messages.")
    Config, effect = Nothing, Effect.INSIDE

    def run(self, context: Context, config: Nothing) -> Outcome:
        """Write it down."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.opt_out(found[0], context.tenant_id, found[1].id, source="flow", at=context.now)
        return Go()


def _contact(context: Context) -> tuple[Session, Contact] | None:
    """The session and the contact of a run, where it has one that is still there."""
    session, contact_id = context.session, context.contact_id
    contact = session.get(Contact, contact_id) if session and isinstance(contact_id, UUID) else None
    return (session, contact) if session and contact else None


NODES = (SetField, AddTag, RemoveTag, OptOut)
