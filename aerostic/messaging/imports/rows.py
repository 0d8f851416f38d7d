"""One row: from its cells to a contact's data, or to the reason why not. Pure; knows nothing of the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aerostic.messaging.contacts.consent import State
from aerostic.messaging.contacts.emails import EmailError, clean_email
from aerostic.messaging.contacts.phones import PhoneError, normalise
from aerostic.messaging.imports.layout import Column
from aerostic.messaging.imports.options import FIELD, DeclaredConsent
from aerostic.messaging.imports.reader import Record
from aerostic.messaging.imports.verdicts import Refusal

LONGEST_NAME, LONGEST_VALUE, LONGEST_TAG, MOST_TAGS = 256, 1024, 64, 20
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Z]{2}|\d{3}))?")
_GUARDED = re.compile(r"'[=+\-@\t\r]")
_YES = """
    yes y true t 1 x ok granted given optin opted-in opt-in subscribed
    si sí sim s oui o ja j da да evet はい 是 हाँ نعم
"""
_NO = """
    no n false f 0 - none withdrawn optout opted-out opt-out unsubscribed
    não nao non nein nee nej нет hayır 否 नहीं لا
"""
_ANSWERS: dict[str, State] = {**dict.fromkeys(_YES.split(), "granted"), **dict.fromkeys(_NO.split(), "withdrawn")}


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be taken. `consent` is what it says about marketing; None when it says nothing."""

    line: int
    phone: str
    country: str
    name: str
    email: str
    locale: str
    fields: dict[str, str]
    tags: tuple[str, ...]
    consent: State | None
    consent_source: str
    consent_at: datetime
    cells: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowReader:
    """How to read the rows of one import.

    Args:
        region: see `phones.normalise`.
        now: when the import was started: the time of consents that name none.
    """

    columns: list[Column]
    region: str
    tags: tuple[str, ...]
    declared: DeclaredConsent | None
    now: datetime

    def read(self, record: Record) -> Row | Refusal:
        """A contact's data, or why the row is refused: the first reason that applies."""
        if record.trouble:
            return Refusal(record.trouble)
        extra = record.cells[len(self.columns) :]
        if any(map(str.strip, extra)):
            return Refusal("too_many_columns")
        values: dict[str, str] = {}
        for column, cell in zip(self.columns, record.cells, strict=False):
            value = _unguarded(cell.strip())
            if column.target == "ignore" or not value:
                continue
            limit = LONGEST_NAME if column.target.endswith("name") else LONGEST_VALUE
            if len(value) > limit:
                return Refusal("field_too_long", column.header)
            values[column.target] = value
        try:
            return self._row(record, values)
        except _RefusedError as refused:
            return Refusal(refused.code, self._header(refused.target))

    def _row(self, record: Record, values: dict[str, str]) -> Row:
        try:
            phone = normalise(values.get("phone", ""), self.region)
        except PhoneError as error:
            raise _RefusedError(error.trouble.value, "phone") from None
        state, source, at = self._consent(values)
        return Row(
            line=record.line,
            phone=phone.e164,
            country=phone.country,
            name=_name(values),
            email=_email(values.get("email", "")),
            locale=_locale(values.get("locale", "")),
            fields=dict(_fields(values)),
            tags=_tags(values.get("tags", ""), self.tags),
            consent=state,
            consent_source=source,
            consent_at=at,
            cells=record.cells,
        )

    def _consent(self, values: dict[str, str]) -> tuple[State | None, str, datetime]:
        state = _answer(values.get("consent", ""))
        given = self.declared if state is None else None
        if given:
            return "granted", f"import:{given.source}", min(given.given_at, self.now)
        source = values.get("consent_source", "")
        return state, f"import:{source}" if source else "import", self._moment(values.get("consent_at", ""))

    def _moment(self, text: str) -> datetime:
        if not text:
            return self.now
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise _RefusedError("bad_consent_time", "consent_at") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if moment > self.now:
            raise _RefusedError("bad_consent_time", "consent_at")
        return moment

    def _header(self, target: str) -> str:
        return next((column.header for column in self.columns if column.target == target), "")


class _RefusedError(Exception):
    """A cell cannot be taken."""

    def __init__(self, code: str, target: str) -> None:
        super().__init__(code)
        self.code, self.target = code, target


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a value for a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _name(values: dict[str, str]) -> str:
    parts = (values.get("first_name", ""), values.get("last_name", ""))
    return (values.get("name") or " ".join(filter(None, parts)))[:LONGEST_NAME]


def _fields(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Custom fields; first and last name too, since templates greet people by them."""
    for target, value in values.items():
        if target.startswith(FIELD):
            yield target.removeprefix(FIELD), value
        elif target in ("first_name", "last_name"):
            yield target, value


def _email(text: str) -> str:
    try:
        return clean_email(text) if text else ""
    except EmailError:
        raise _RefusedError("bad_email", "email") from None


def _locale(text: str) -> str:
    if text and not _LOCALE.fullmatch(text):
        raise _RefusedError("bad_locale", "locale")
    return text.replace("-", "_")


def _tags(text: str, common: tuple[str, ...]) -> tuple[str, ...]:
    if not text:
        return common
    own = {tag.strip(): None for tag in re.split(r"[,;|\n]", text) if tag.strip()}
    if len(own) > MOST_TAGS:
        raise _RefusedError("too_many_tags", "tags")
    if any(len(tag) > LONGEST_TAG for tag in own):
        raise _RefusedError("field_too_long", "tags")
    return tuple({**dict.fromkeys(common), **own})


def _answer(text: str) -> State | None:
    word = text.strip().lower()
    if not word:
        return None
    if word not in _ANSWERS:
        raise _RefusedError("unknown_consent", "consent")
    return _ANSWERS[word]
