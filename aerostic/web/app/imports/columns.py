"""The second step: what each column is, and what holds for everybody in the file."""

from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.fields import field_names
from aerostic.messaging.contacts.tags import LONGEST, all_tags
from aerostic.messaging.imports import uploads
from aerostic.messaging.imports.drafts import choose, read_again, sample
from aerostic.messaging.imports.headers import field_name
from aerostic.messaging.imports.layout import Layout
from aerostic.messaging.imports.options import DeclaredConsent, ImportOptions, is_target
from aerostic.messaging.imports.verdicts import RefusedFileError
from aerostic.messaging.models import ContactImport
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.contacts.editing import names_in
from aerostic.web.app.imports.draft import draft_of
from aerostic.web.app.imports.targets import choices, in_words
from aerostic.web.app.imports.upload import refusal
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render

views = Blueprint("import_columns", __name__)
COLUMN = "column."


class Choices(BaseModel):
    """What holds for the whole file. The columns have names of their own, and are read apart."""

    region: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    agreed: bool = False
    consent_source: Annotated[str, Field(max_length=200)] = ""
    consent_day: date | None = None
    encoding: Literal["", "utf-8", "utf-16", "cp1252"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""

    @field_validator("tags")
    @classmethod
    def _few_and_short(cls, text: str) -> str:
        names = names_in(text)
        if len(names) > 20 or any(len(name) > LONGEST for name in names):
            raise ValueError(_("At most 20 tags, each of at most 64 characters."))
        return text

    @field_validator("consent_day")
    @classmethod
    def _past(cls, day: date | None) -> date | None:
        if day and day > datetime.now(get_timezone()).date():
            raise ValueError(_("Choose a day that is not in the future."))
        return day


@views.get("/contacts/imports/<uuid:import_id>/columns")
@allowed("contacts.edit")
def show(import_id: UUID) -> ResponseReturnValue:
    """The columns with their first rows, and what they are taken for."""
    with transaction(tenant_scope(current_tenant())) as session:
        draft = draft_of(session, import_id)
        return _page(session, draft, Form(Choices, initial=_initial(draft)))


@views.post("/contacts/imports/<uuid:import_id>/columns")
@allowed("contacts.edit")
def save(import_id: UUID) -> ResponseReturnValue:
    """Keep what was chosen, and go on; or read the file again in another way."""
    form = Form(Choices, request.form)
    with transaction(tenant_scope(current_tenant())) as session:
        draft = draft_of(session, import_id)
        if form.valid and "again" in request.form:
            return _again(session, draft, form)
        mapping = _mapping(draft)
        if form.valid:
            _check(form, mapping)
        if not form.valid:
            return _page(session, draft, form), form.status
        choose(draft, _options(form.value, mapping))
    return redirect(url_for("import_preview.show", import_id=import_id), 303)


def _again(session: Session, draft: ContactImport, form: Form[Choices]) -> ResponseReturnValue:
    try:
        read_again(draft, ImportOptions(encoding=form.value.encoding, delimiter=form.value.delimiter))
    except RefusedFileError as error:
        form.fail("encoding", refusal(error))
        return _page(session, draft, form), form.status
    finally:  # reading it as something else may have left a copy of it
        uploads.measure(session, draft.tenant_id, draft.id)
    return redirect(url_for("import_columns.show", import_id=draft.id), 303)


def _mapping(draft: ContactImport) -> dict[str, str]:
    """Header to target, as sent; a column that was not sent stays what it was."""
    columns = Layout.model_validate(draft.layout).columns
    return {c.header: request.form.get(f"{COLUMN}{i}", c.target) for i, c in enumerate(columns)}


def _check(form: Form[Choices], mapping: dict[str, str]) -> None:
    given = form.value
    used = Counter(target for target in mapping.values() if target != "ignore")
    twice = [target for target, times in used.items() if times > 1]
    if "phone" not in used:
        form.fail("columns", _("No column is read as the phone. Choose the one that holds phone numbers."))
    elif any(not is_target(target) for target in used):
        form.fail("columns", _("Choose one of those that are offered."))
    elif twice:
        form.fail("columns", _("Two columns are read as %(what)s. Leave one of them out.", what=in_words(twice[0])))
    if given.agreed and not given.consent_source:
        form.fail("consent_source", _("Say where they agreed: it is kept in the history of each of them."))
    if given.agreed and not given.consent_day:
        form.fail("consent_day", _("Say when they agreed."))


def _options(given: Choices, mapping: dict[str, str]) -> ImportOptions:
    consent = None
    if given.agreed and given.consent_day:
        at = min(datetime.combine(given.consent_day, time(12), get_timezone()), utcnow())
        consent = DeclaredConsent(source=given.consent_source, given_at=at)
    return ImportOptions(
        mapping=mapping,
        region=given.region,
        tags=names_in(given.tags),
        consent=consent,
        encoding=given.encoding,
        delimiter=given.delimiter,
    )


def _initial(draft: ContactImport) -> dict[str, Any]:
    options = ImportOptions.model_validate(draft.options)
    values: dict[str, Any] = {
        "region": options.region or current_workspace().country,
        "tags": ", ".join(options.tags),
        "encoding": options.encoding,
        "delimiter": options.delimiter,
    }
    if options.consent:
        day = options.consent.given_at.astimezone(get_timezone()).date().isoformat()
        values |= {"agreed": True, "consent_source": options.consent.source, "consent_day": day}
    return values


def _page(session: Session, draft: ContactImport, form: Form[Choices]) -> str:
    layout, mapping = Layout.model_validate(draft.layout), _mapping(draft)
    fields, rows = field_names(session, draft.tenant_id), sample(draft)
    columns = [
        {
            "name": f"{COLUMN}{i}",
            "header": column.header or Path(draft.name).stem,
            "target": mapping[column.header],
            "choices": choices(column, field_name(column.header), fields),
            "values": [row[i] for row in rows if i < len(row) and row[i].strip()],
        }
        for i, column in enumerate(layout.columns)
    ]
    known = sorted(get_locale().territories.items(), key=lambda item: item[1])
    return render(
        "app/imports/columns.html",
        draft=draft,
        form=form,
        columns=columns,
        notices=layout.notices,
        countries=[(code, words) for code, words in known if len(code) == 2 and code.isalpha()],
        tags=all_tags(session, draft.tenant_id),
        today=datetime.now(get_timezone()).date().isoformat(),
    )
