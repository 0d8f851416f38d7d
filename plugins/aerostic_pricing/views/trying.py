"""The form of new prices: a file or a percentage, the currency, and from when on."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import request
from flask_babel import get_timezone
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.datastructures import MultiDict

from aerostic.sdk import Form

from ..books import ANY, BookError, Rule, Sheet
from ..card import CURRENCY
from ..cards import card_rule
from ..importing import LARGEST, MOST_PERCENT, check_currency, read_sheet


class Trying(BaseModel):
    """New prices: a file (`sheet` is what it says), or a percentage on everything that comes from above."""

    sheet: str = ""
    percent: Annotated[Decimal, Field(ge=-100, le=MOST_PERCENT, decimal_places=4)] | None = None
    currency: str = CURRENCY
    exchange: Annotated[Decimal, Field(gt=0, lt=10**9, decimal_places=8)] | None = None
    starts: datetime | None = None
    note: Annotated[str, Field(max_length=200)] = ""
    form_key: UUID | None = None

    @property
    def effective_at(self) -> datetime | None:
        """From when on, in the reader's zone; None for at once."""
        return self.starts.replace(tzinfo=get_timezone()) if self.starts else None


def sent_form() -> Form[Trying]:
    """What was sent, with the text of a file in place of the file."""
    data = MultiDict(request.form)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return Form(Trying, data)
    try:
        data["sheet"] = upload.read(LARGEST + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        form = Form(Trying, data)
        form.fail("sheet", _("The file cannot be read. Save it as CSV in UTF-8, and send it again."))
        return form
    return Form(Trying, data)


def sheet_of(form: Form[Trying]) -> Sheet | None:
    """What the form says; None where it cannot be taken, and then it says why."""
    sent = form.value
    if bool(sent.sheet) == (sent.percent is not None):
        form.fail("sheet", _("Choose a file, or enter a percentage; not both."))
        return None
    try:
        if sent.percent is None:
            return read_sheet(sent.sheet.encode(), card_rule().card, sent.currency, sent.exchange)
        check_currency(sent.currency, sent.exchange)
        return Sheet((Rule(ANY, ANY, None, sent.percent),), {}, sent.currency, sent.exchange)
    except BookError as error:
        form.fail("currency" if not error.words.get("line") and "currency" in error.words else "sheet", said(error))
        return None


def said(error: BookError) -> str:
    """What is wrong, in the reader's language."""
    return str(_(error.text, **error.words))
