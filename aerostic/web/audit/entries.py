"""Entries as a page shows them: everything is read from the sealed text; only names are looked up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit.models import AuditEntry
from aerostic.identity.impersonation import visitor_names
from aerostic.identity.key_models import ApiKey
from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.web.audit.changes import changes
from aerostic.web.audit.words import action, thing
from aerostic.words import N_

SHORT = 6
NAMELESS = {"system": N_("By itself"), "visitor": N_("Somebody not signed in")}


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry on a page. `changes` are field, before and after."""

    at: datetime
    what: str
    who: str
    in_name_of: str
    address: str
    target: str
    kind: str
    reason: str
    changes: list[tuple[str, str, str]]


def shown(session: Session, rows: Iterable[AuditEntry]) -> dict[UUID, Shown]:
    """The entries by their ids."""
    said = {row.id: orjson.loads(row.body) for row in rows}
    parties = {one[name] for one in said.values() for name in ("actor", "target")}
    parties |= {f"user:{one['impersonator']}" for one in said.values() if one["impersonator"]}
    names = dict(_names(session, parties))
    return {row_id: _one(one, names) for row_id, one in said.items()}


def _one(said: dict[str, Any], names: dict[str, str]) -> Shown:
    actor, target, stand_in = said["actor"], said["target"], said["impersonator"]
    return Shown(
        at=datetime.fromisoformat(said["at"]),
        what=action(said["action"]),
        who=_name(f"user:{stand_in}", names) if stand_in else _name(actor, names),
        in_name_of=_name(actor, names) if stand_in else "",
        address=said["address"],
        target=_name(target, names) if target else "",
        kind=thing(target.partition(":")[0]) if target else "",
        reason=said["reason"],
        changes=list(changes(said["before"], said["after"])),
    )


def _name(party: str, names: dict[str, str]) -> str:
    kind, _colon, key = party.partition(":")
    if party in names:
        return names[party]
    if not key:
        return str(_(NAMELESS.get(kind, kind)))
    # Of a person or a thing whose name is not to be seen here, the last part of its id tells it from others.
    return f"{thing(kind)} {key[-SHORT:]}" if _id(party) else key


def _names(session: Session, parties: set[str]) -> Iterator[tuple[str, str]]:
    """Names of people, keys and workspaces, as far as the session sees them."""
    visitors = visitor_names(
        session, [found for party in parties if party.startswith("user:") and (found := _id(party))]
    )
    yield from ((f"user:{user_id}", name) for user_id, name in visitors.items())
    for kind, model in (("user", User), ("key", ApiKey), ("tenant", Tenant)):
        ids = {found for party in parties if party.startswith(f"{kind}:") and (found := _id(party))}
        if ids:
            for row in session.execute(select(model.id, model.name).where(model.id.in_(ids))):
                yield f"{kind}:{row.id}", row.name


def _id(party: str) -> UUID | None:
    try:
        return UUID(party.partition(":")[2])
    except ValueError:
        return None
