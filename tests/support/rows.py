"""One row in every table for one tenant, made from the models alone, so that a new table is filled on the day it comes.

Texts and contents bear the owner's mark, by which they are known wherever they turn up.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ColumnElement, LargeBinary, Table, false, or_, select
from sqlalchemy.orm import Session

from aerostic.db import Model, metadata, new_id, transaction, utcnow
from aerostic.security.columns import Encrypted, sealed
from tests.support.factories import TESTS

# Tables of the platform alone, in which nobody owns a row.
NOBODYS = frozenset(
    {"detector_score", "incident", "ledger_report", "metered_event", "pricing__card", "risk_model", "risk_policy"}
)
CHOICE = re.compile(r"\b(\w+) IN \('([^']*)'")
PEOPLE = ("created_by", "invited_by", "started_by", "asked_by", "author_id", "handled_by_user")
PLAIN: dict[type, Any] = {int: 1, float: 1.0, bool: False, object: {}, Decimal: Decimal(1)}


@dataclass(frozen=True)
class Owner:
    """Whose rows they are: a tenant, its reseller, and a person of it; and the mark that they bear."""

    tenant_id: UUID
    reseller_id: UUID
    user_id: UUID
    mark: str

    def owns(self, table: Table, rows: dict[str, Any]) -> ColumnElement[bool]:
        """The condition for rows of this owner; in a table without a column for it, by the rows they belong to."""
        columns = {
            **dict.fromkeys(("tenant_id", "for_tenant_id"), self.tenant_id),
            **dict.fromkeys(("reseller_id", "for_reseller_id"), self.reseller_id),
            "user_id": self.user_id,
        }
        own = {"tenant": self.tenant_id, "reseller": self.reseller_id, "user_account": self.user_id}
        if table.name in own:
            return table.c.id == own[table.name]
        named = [table.c[name] == value for name, value in columns.items() if name in table.c]
        return or_(*named) if named else or_(false(), *_belongs(table, rows))


# Where the types of a table's columns do not say what is right.
VALUES: dict[str, dict[str, Any]] = {
    "api_key": {"permissions": ["contacts.view"]},
    "authenticator": {"seed": "JBSWY3DPEHPK3PXP" * 2},
    "brand_draft": {"design": {"name": "Brand"}},
    "brand_file": {"digest": "0" * 64},
    "brand_version": {"current": False},
    "campaigns__snapshot": {"taken_at": utcnow() - timedelta(days=1)},
    "contact_import": {"state": "draft"},
    "credit_request": {"kind": "allocation", "side": "reseller"},
    "flow_hook": {"secrets": {"now": "0" * 43}},
    "flow_run": {"going": {"state": {"node": "a"}}, "journal": [], "reason": "broken", "state": "failed"},
    "flow_stretch": {"journal": []},
    "invitation": {"expires_at": utcnow() + timedelta(days=7)},
    "invoice": {"kind": "invoice"},
    "password_reset": {"expires_at": utcnow() + timedelta(days=1)},
    "pricing__book": {"level": "tenant", "for_reseller_id": None},
    "refunds__policy": {"for_reseller_id": None},
    "work": {"kind": "contacts.export", "result": "", "state": "done"},
}
# What a column names without a foreign key: the table of its row.
NAMED = {"flow_run": {"flow_id": "flow"}}


def fill(owner: Owner) -> dict[str, Any]:
    """A row of the owner's in every table, by the table's name: one that is there, or else a new one.

    Raises:
        Exception: a table cannot be filled by its types alone: say in `VALUES` what is right.
    """
    rows: dict[str, Any] = {}
    models = {mapper.local_table.name: mapper.class_ for mapper in Model.registry.mappers}
    for table in metadata.sorted_tables:
        if table.name not in NOBODYS:
            with transaction(TESTS) as session:
                rows[table.name] = _row(session, models[table.name], table, owner, rows)
    return rows


def _row(session: Session, model: type[Any], table: Table, owner: Owner, rows: dict[str, Any]) -> Any:
    found = session.scalars(select(model).where(owner.owns(table, rows)).limit(1)).first()
    if found is None:
        found = model(**dict(_values(model, table, owner, rows)))
        session.add(found)
    return found


def _values(model: type[Any], table: Table, owner: Owner, rows: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    known = {**_choices(table), **_owners(table, owner), **_references(table, rows), **VALUES.get(table.name, {})}
    contents = {name: attribute for name, attribute in vars(model).items() if isinstance(attribute, sealed)}
    for column in table.columns:
        if column.name in known:
            yield column.name, known[column.name]
        elif not isinstance(column.type, Encrypted) and _needed(column):
            yield column.name, _value(column, owner)
    for name, attribute in contents.items():
        yield name, known.get(name, {"text": owner.mark} if attribute.json else owner.mark)


def _needed(column: Column[Any]) -> bool:
    return not (column.nullable or column.default or column.server_default or column.computed or column.identity)


def _value(column: Column[Any], owner: Owner) -> Any:
    if isinstance(column.type, LargeBinary):
        return os.urandom(32)
    kind = column.type.python_type
    if kind is str:
        return f"{owner.mark} {column.table.name}.{column.name}"
    if kind is UUID:
        return owner.user_id if column.name in PEOPLE else new_id()
    return utcnow() if kind is datetime else utcnow().date() if kind is date else PLAIN[kind]


def _owners(table: Table, owner: Owner) -> dict[str, UUID]:
    named = {
        **dict.fromkeys(("tenant_id", "for_tenant_id"), owner.tenant_id),
        **dict.fromkeys(("reseller_id", "for_reseller_id"), owner.reseller_id),
        **dict.fromkeys(("user_id", *PEOPLE), owner.user_id),
    }
    return {name: value for name, value in named.items() if name in table.c}


def _references(table: Table, rows: dict[str, Any]) -> dict[str, Any]:
    """What foreign keys point at, as far as it is there."""
    pointed = {
        key.parent.name: getattr(rows[key.column.table.name], key.column.name)
        for key in table.foreign_keys
        if key.column.table.name in rows
    }
    return pointed | {name: rows[other].id for name, other in NAMED.get(table.name, {}).items()}


def _choices(table: Table) -> dict[str, str]:
    """The first of what a constraint lets a column be, where the column has no default."""
    texts = [str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)]
    found = {name: first for text in texts for name, first in CHOICE.findall(text)}
    return {name: first for name, first in found.items() if name in table.c and _needed(table.c[name])}


def _belongs(table: Table, rows: dict[str, Any]) -> Iterator[ColumnElement[bool]]:
    for name, value in _references(table, rows).items():
        yield table.c[name] == value
