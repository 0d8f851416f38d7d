"""The page of the rate card's versions, at the platform's console: importing a newer one, and taking the files along."""

from typing import Annotated

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.datastructures import FileStorage, MultiDict

from aerostic.sdk import Form, render, toast, transaction

from ..card import RateCardError
from ..cards import card, files, imports, moved, take
from ..store import PLATFORM
from .pages import platform

LARGEST = 2_000_000  # characters
FILES = ("rates", "markets")


class Importing(BaseModel):
    """The two files as text; markets stay as they are where theirs is empty."""

    rates: Annotated[str, Field(max_length=LARGEST)] = ""
    markets: Annotated[str, Field(max_length=LARGEST)] = ""
    note: Annotated[str, Field(max_length=200)] = ""


@platform.route("/card", methods=["GET", "POST"])
def cards() -> ResponseReturnValue:
    """The cards that were imported, and a newer one."""
    form = _sent() if request.method == "POST" else Form(Importing)
    if form.valid and _take(form):
        return redirect("/platform/p/pricing/", 303)
    with transaction(PLATFORM) as session:
        return render("pricing/card.html", form=form, imports=imports(session), base="/platform/p/pricing"), form.status


@platform.get("/card/<any(rates, markets):name>.csv")
def card_file(name: str) -> ResponseReturnValue:
    """One of the files of the card that counts."""
    with transaction(PLATFORM) as session:
        found = dict(zip(FILES, files(session), strict=True)).get(name) or abort(404)
    answer = Response(found, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _sent() -> Form[Importing]:
    data, unreadable = MultiDict(request.form), []
    for name in FILES:
        upload = request.files.get(name)
        try:
            data[name] = _text(upload) if upload else ""
        except UnicodeDecodeError:
            unreadable.append(name)
    form = Form(Importing, data)
    for name in unreadable:
        form.fail(name, _("The file cannot be read. Save it as CSV in UTF-8, and send it again."))
    return form


def _text(upload: FileStorage) -> str:
    return str(upload.read(LARGEST + 1), "utf-8-sig")


def _take(form: Form[Importing]) -> bool:
    if not form.value.rates:
        form.fail("rates", _("Choose the file of rates."))
        return False
    before = card()
    try:
        with transaction(PLATFORM) as session:
            number = take(session, form.value.rates, form.value.markets, form.value.note)
    except RateCardError as error:
        form.fail("markets" if str(error).startswith("markets") else "rates", str(error))
        return False
    count = len(moved(before, card()))
    toast(_("Rate card %(number)s is in force. Rates that changed: %(count)s.", number=number, count=count))
    return True
