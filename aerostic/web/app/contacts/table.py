"""The table of contacts: its columns, filters and orders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, cast, select, true
from sqlalchemy.orm import Session

from aerostic.messaging.contacts.fields import field_names
from aerostic.messaging.contacts.listing import Found
from aerostic.messaging.contacts.tags import all_tags
from aerostic.messaging.models import Contact, ContactImport
from aerostic.web.app.contacts.narrowing import STATES
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState
from aerostic.words import N_

CONSENT = {"unknown": N_("No answer yet"), "granted": N_("Agreed"), "withdrawn": N_("Opted out")}
CONSENT_COLORS = {"unknown": "secondary", "granted": "success", "withdrawn": "danger"}
SOURCES = {
    "import": N_("Import"),
    "manual": N_("Added by hand"),
    "inbound": N_("Wrote to you"),
    "api": N_("API"),
}
MATCHES = {
    "contains": N_("contains"),
    "is": N_("is exactly"),
    "is_not": N_("is not"),
    "unset": N_("is empty"),
}
MOST_FIELDS = 12
NEWEST_IMPORTS = 50
FIELD = "field."


def contacts_table(session: Session, tenant_id: UUID, args: Mapping[str, str]) -> TableSpec:
    """What the table offers. Who is meant is found by a specification, so filters only say which values they know."""
    fields = [name for name in field_names(session, tenant_id) if "," not in name]
    return TableSpec(
        "contacts",
        Contact.id,
        [*_columns(), *(Column(f"{FIELD}{name}", name, extra=True, shown=False) for name in fields[:MOST_FIELDS])],
        filters=_filters(session, tenant_id, args, fields),
        search=lambda text: true(),
        order="-created",
        placeholder=_("Name, whole phone number or e-mail"),
    )


def ordered(state: TableState, found: Found) -> TableState:
    """The table as it can be ordered now that it is known who is meant."""
    # By name, a search that finds too many would have to look at all of them before the first is known.
    by_name = None if found.many and found.searched else Contact.name_key
    sorts = {"name": by_name, "created": found.came}
    columns = [replace(column, sort=sorts.get(column.name)) for column in state.spec.columns]
    spec = replace(state.spec, columns=columns)
    return replace(state, spec=spec, sort=state.sort if state.sort.lstrip("-") in spec.sorts else spec.order)


def _columns() -> Sequence[Column]:
    return [
        Column("name", _("Name"), Contact.name_key),
        Column("phone", _("Phone")),
        Column("consent", _("Marketing")),
        Column("tags", _("Tags"), extra=True),
        Column("country", _("Country"), extra=True),
        Column("created", _("Added"), Contact.created_at, extra=True),
        Column("email", _("E-mail"), extra=True, shown=False),
        Column("locale", _("Language"), extra=True, shown=False),
        Column("source", _("Source"), extra=True, shown=False),
    ]


def _filters(session: Session, tenant_id: UUID, args: Mapping[str, str], fields: list[str]) -> list[Filter]:
    countries = sorted(get_locale().territories.items(), key=lambda item: item[1])
    known = [(code, words) for code, words in countries if len(code) == 2 and code.isalpha()]
    filters = [
        _one_of("tag", _("Tag"), [(str(tag.id), tag.name) for tag in all_tags(session, tenant_id)]),
        _one_of("consent", _("Marketing"), [(state, _(CONSENT[state])) for state in STATES]),
        _one_of("country", _("Country"), known, more=True),
        _one_of("source", _("Source"), [(source, _(words)) for source, words in SOURCES.items()], more=True),
        _one_of("import", _("Import"), _imports(session, tenant_id, args.get("import", "")), more=True),
        Filter("from", _("Added from"), _anything, kind="date", more=True),
        Filter("to", _("Added until"), _anything, kind="date", more=True),
    ]
    if not fields:
        return filters
    filters.append(_one_of("field", _("Custom field"), [(name, name) for name in fields], more=True))
    filters.append(
        _one_of("match", _("Comparison"), [(match, _(words)) for match, words in MATCHES.items()], more=True)
    )
    filters.append(Filter("value", _("Value"), _anything if args.get("field") else _nothing, kind="text", more=True))
    return filters


def _imports(session: Session, tenant_id: UUID, chosen: str) -> list[tuple[str, str]]:
    """The newest imports, and the one that was chosen however old it is."""
    own = select(ContactImport.id, ContactImport.name).where(
        ContactImport.tenant_id == tenant_id, ContactImport.state.in_(("running", "finished"))
    )
    is_chosen = cast(ContactImport.id, Text) == chosen.replace("\0", "")
    newest = session.execute(own.order_by(is_chosen.desc(), ContactImport.id.desc()).limit(NEWEST_IMPORTS))
    return [(str(row.id), row.name) for row in newest]


def _one_of(name: str, title: str, options: Sequence[tuple[str, str]], *, more: bool = False) -> Filter:
    values = {value for value, words in options}
    return Filter(name, title, lambda value: true() if value in values else None, options=options, more=more)


def _anything(value: str) -> ColumnElement[bool]:
    return true()


def _nothing(value: str) -> None:
    return None
