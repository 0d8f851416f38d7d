"""Steps that change the contact: a field, tags, its consent."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Contact, contacts
from aerostic.sdk.flows import (
    ERROR,
    NEXT,
    RAW,
    Context,
    Effect,
    Fail,
    FlowNode,
    Go,
    Length,
    NodeConfig,
    Outcome,
    Port,
    labelled,
)

from .words import DATA

NOBODY = Fail("nobody", N_("This run is about no contact. Start it with a trigger that has one."))
# Fields that every contact has, by what expressions call them, each with what the contact's model calls it.
OWN = {"name": "name", "email": "email", "language": "locale"}
LONGEST = {"name": 256, "language": 16}
TOO_LONG = Fail("too_long", N_("A name has at most 256 characters, a language is a code such as en or pt_BR."))


class FieldValue(NodeConfig):
    """A field of the contact, and its new value; an empty one removes it."""

    field: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        title=N_("Field"),
        description=N_(
            "As it is called in your list of contacts; name, email and language are those of every contact."
        ),
        json_schema_extra=RAW,
    )
    value: Annotated[str, Length(0, 1_024)] = Field(
        default="", title=N_("Value"), description=N_("Where it is empty, the field is removed.")
    )


class SetField(FlowNode[FieldValue]):
    """One field."""

    kind, title, icon, category = "logic.set_field", N_("Set a field of the contact"), "pencil", DATA
    help = N_("Writes a value into a field of the contact, where everybody sees it.")
    Config, effect = FieldValue, Effect.INSIDE
    example = {"field": "city", "value": "{{ message.text }}"}

    def ports(self, config: FieldValue) -> Sequence[Port]:
        """It is written, or cannot be."""
        return *NEXT, ERROR

    def run(self, context: Context, config: FieldValue) -> Outcome:
        """Write it."""
        found = _contact(context)
        if found is None:
            return NOBODY
        field, value = config.field, config.value.strip()
        if len(value) > LONGEST.get(field, len(value)):
            return TOO_LONG
        given = {OWN[field]: value} if field in OWN else {"fields": {field: value}}
        try:
            contacts.update(*found, contacts.ContactData.model_validate(given))
        except contacts.EmailError as error:
            return Fail("email", str(error))
        return Go(output={field: value})


class Tagging(NodeConfig):
    """A tag by its name."""

    tag: Annotated[str, Length(1, 64)] = Field(title=N_("Tag"))


class AddTag(FlowNode[Tagging]):
    """Made where there is none of the name."""

    kind, title, icon, category = "logic.tag", N_("Add a tag"), "tag", DATA
    help = N_("Puts a tag on the contact.")
    Config, effect = Tagging, Effect.INSIDE
    example = {"tag": "vip"}

    def run(self, context: Context, config: Tagging) -> Outcome:
        """Put it on."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.tag(*found, config.tag.strip())
        return Go(output={"tag": config.tag.strip()})


class RemoveTag(FlowNode[Tagging]):
    """If the contact wears it."""

    kind, title, icon, category = "logic.untag", N_("Remove a tag"), "tags", DATA
    help = N_("Takes a tag off the contact.")
    Config, effect = Tagging, Effect.INSIDE
    example = {"tag": "vip"}

    def run(self, context: Context, config: Tagging) -> Outcome:
        """Take it off."""
        found = _contact(context)
        if found is None:
            return NOBODY
        contacts.untag(*found, config.tag.strip())
        return Go(output={"tag": config.tag.strip()})


class Leaving(NodeConfig):
    """Of what."""

    category: Literal["marketing", "all"] = Field(
        default="marketing",
        title=N_("Of what"),
        json_schema_extra=labelled({"marketing": N_("Marketing"), "all": N_("All messages")}),
    )


class OptOut(FlowNode[Leaving]):
    """No more of it."""

    kind, title, icon, category = "logic.opt_out", N_("Opt out"), "user-off", DATA
    help = N_("Writes down that the contact wants no more marketing messages, or no messages at all.")
    Config, effect = Leaving, Effect.INSIDE

    def run(self, context: Context, config: Leaving) -> Outcome:
        """Write it down; plugins are told once that is kept."""
        found = _contact(context)
        if found is None:
            return NOBODY
        session, who, now = found[0], found[1].id, context.now
        said = contacts.opt_out(session, context.tenant_id, who, source="flow", at=now, category=config.category)
        contacts.tell_when_committed(session, context.tenant_id, said)
        return Go(output={"category": config.category})


class Joining(NodeConfig):
    """How it was said."""

    words: Annotated[str, Length(0, 100)] = Field(
        default="",
        title=N_("How they agreed"),
        description=N_("Stands in the contact's history, for whoever asks later."),
    )


class OptIn(FlowNode[Joining]):
    """Marketing may be sent."""

    kind, title, icon, category = "logic.opt_in", N_("Opt in"), "user-check", DATA
    help = N_("Writes down that the contact has agreed to marketing messages. Ask for it first.")
    Config, effect = Joining, Effect.INSIDE

    def run(self, context: Context, config: Joining) -> Outcome:
        """Write it down."""
        found = _contact(context)
        if found is None:
            return NOBODY
        source = f"flow:{config.words.strip()}" if config.words.strip() else "flow"
        contacts.opt_in(found[0], context.tenant_id, found[1].id, source=source, at=context.now)
        return Go()


def _contact(context: Context) -> tuple[Session, Contact] | None:
    """The session and the contact of a run, locked, where it has one that is still there."""
    session, contact_id = context.session, context.contact_id
    if session is None or not isinstance(contact_id, UUID):
        return None
    contact = session.get(Contact, contact_id, with_for_update=True)
    return (session, contact) if contact else None


NODES = (SetField, AddTag, RemoveTag, OptOut, OptIn)
