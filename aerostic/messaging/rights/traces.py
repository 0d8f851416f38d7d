"""Traces of a person who was erased, in what belongs to no contact: refused rows of imports, and webhooks we could not use.

Both are sealed, so they are opened and looked at one by one, as work in steps. A row that names the person is deleted.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aerostic.jobs.models import Work
from aerostic.jobs.work import Step
from aerostic.messaging.imports.refused_rows import remove_rows
from aerostic.messaging.models import ContactErasure, ImportVerdict, WebhookRejection
from aerostic.security.columns import open_rows

KIND = "contacts.erase_traces"
CHUNK = 2_000
TABLES: tuple[tuple[type[ImportVerdict] | type[WebhookRejection], str], ...] = (
    (ImportVerdict, "row"),
    (WebhookRejection, "body"),
)
SHORTEST, TAIL = 7, 9
DIGITS = re.compile(r"\+?\d(?:[\s()./-]{0,2}\d){5,24}")
# Providers' ids of messages hold the phone in Base64.
PACKED = re.compile(r"[A-Za-z0-9+/_-]{24,}")


class Sought:
    """By what a person is known: phone, e-mail address, other names at a channel, and the whole name.

    A phone is also found without its country code, or written with spaces. The name alone counts where it is the whole of a
    cell and has two words.
    """

    def __init__(self, known: dict[str, Any]) -> None:
        self._phone = re.sub(r"\D", "", known.get("phone") or "")
        words = [known.get("email") or "", *known.get("names", ())]
        self._words = [word.casefold() for word in words if len(word) >= SHORTEST]
        name = " ".join((known.get("name") or "").split()).casefold()
        self._name = name if " " in name else ""

    def names(self, value: Any) -> bool:
        """Whether a JSON value tells of the person."""
        return any(self._in_text(text) for text in _texts(value))

    def _in_text(self, text: str) -> bool:
        folded = text.casefold()
        if any(word in folded for word in self._words) or (self._name and " ".join(folded.split()) == self._name):
            return True
        return bool(self._phone) and any(map(self._in_number, DIGITS.findall(text + _unpacked(text))))

    def _in_number(self, found: str) -> bool:
        digits = re.sub(r"\D", "", found).lstrip("0")
        return len(digits) >= SHORTEST and (
            self._phone.endswith(digits) or (len(self._phone) >= TAIL and digits.endswith(self._phone[-TAIL:]))
        )


def step(session: Session, work: Work) -> Step:
    """Look through one chunk; at the end, forget what was sought."""
    erasure = session.get(ContactErasure, UUID((work.options or {})["erasure_id"]))
    at = work.place.get("table", 0)
    if erasure is None or erasure.sought is None or at == len(TABLES):
        return Step(more=False)
    model, column = TABLES[at]
    after = UUID(work.place["after"]) if "after" in work.place else UUID(int=0)
    sealed = getattr(model, f"{column}_sealed")
    own = (model.tenant_id == work.tenant_id, model.id > after, sealed.is_not(None))
    rows = session.execute(select(model.id, sealed).where(*own).order_by(model.id).limit(CHUNK)).all()
    opened = open_rows(model.__tablename__, column, [(work.tenant_id, id_, blob) for id_, blob in rows])
    sought = Sought(erasure.sought)
    hits = [row[0] for row, value in zip(rows, opened, strict=True) if sought.names(value)]
    if model is ImportVerdict:
        remove_rows(session, work.tenant_id, hits)
    else:
        session.execute(delete(model).where(model.tenant_id == work.tenant_id, model.id.in_(hits)))
    work.done += len(rows)
    if len(rows) == CHUNK:
        work.place = {"table": at, "after": str(rows[-1][0])}
        return Step(more=True)
    work.place = {"table": at + 1}
    if at + 1 == len(TABLES):
        erasure.sought_sealed = None
    return Step(at + 1 < len(TABLES))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int):
        yield str(value)


def _unpacked(text: str) -> str:
    """What the Base64 parts of a text hold, as far as it is readable."""
    found = []
    for part in PACKED.findall(text):
        plain = part.replace("+", "-").replace("/", "_")
        try:
            found.append(urlsafe_b64decode(plain + "=" * (-len(plain) % 4)).decode("latin-1"))
        except Base64Error:
            continue
    return " ".join(("", *found))
