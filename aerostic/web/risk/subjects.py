"""Names of subjects, as far as who looks may see them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.identity.key_models import ApiKey
from aerostic.identity.models import User
from aerostic.messaging.models import ChannelNumber, Template
from aerostic.tenancy.models import Tenant
from aerostic.web.risk.words import kind

Key = tuple[str, str]
SHORT = 8
# What is found by its id, and the column that it is called by.
NAMED: dict[str, tuple[Any, Any]] = {
    "tenant": (Tenant, Tenant.name),
    "user": (User, User.name),
    "key": (ApiKey, ApiKey.name),
    "number": (ChannelNumber, ChannelNumber.display),
    "template": (Template, Template.name),
}


class About(Protocol):
    """A row that is about a subject."""

    @property
    def subject_kind(self) -> Any:
        """Its kind."""

    @property
    def subject(self) -> Any:
        """Which one."""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject for people: `kind` by its code, and in words. `digest` stands for an address or an account, shortened; '' for
    what has a name."""

    kind: str
    title: str
    name: str
    digest: str = ""


def names(session: Session, rows: Iterable[About]) -> Mapping[Key, Named]:
    """The subjects of rows by kind and id. The session's scope decides which names are seen."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.subject_kind].add(row.subject)
    found = dict(_found(session, wanted))
    return {key: Named(key[0], kind(key[0]), *_name(key, found)) for key in _keys(wanted)}


def tenant_names(session: Session, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """The names of workspaces by their ids."""
    wanted = {one for one in ids if one is not None}
    rows = session.execute(select(Tenant.id, Tenant.name).where(Tenant.id.in_(wanted))) if wanted else ()
    return {row.id: row.name for row in rows}


def _keys(wanted: Mapping[str, set[str]]) -> Iterator[Key]:
    yield from ((name, subject) for name, subjects in wanted.items() for subject in subjects)


def _found(session: Session, wanted: Mapping[str, set[str]]) -> Iterator[tuple[Key, str]]:
    for name, subjects in wanted.items():
        ids = {found for subject in subjects if (found := _id(subject))}
        if name in NAMED and ids:
            model, column = NAMED[name]
            for row_id, words in session.execute(select(model.id, column).where(model.id.in_(ids))):
                yield (name, str(row_id)), words


def _name(key: Key, found: Mapping[Key, str]) -> tuple[str, str]:
    if key in found:
        return found[key], ""
    name, subject = key
    if name in NAMED:
        # It was deleted, or is not to be seen here: the last part of its id tells it from others.
        return _("%(kind)s that is gone", kind=kind(name)), subject[-SHORT:]
    return "", subject[:SHORT]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
