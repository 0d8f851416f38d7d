"""The pages: rates and prices, books, new prices with what they would change, and putting them in force."""

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.sdk import N_, Form, new_id, render, toast, transaction, utcnow

from ..books import Book, BookError, Sheet
from ..card import CATEGORIES, CURRENCY
from ..cards import card_rule
from ..exporting import written_sheet
from ..listing import changes, listed
from ..simulation import simulate
from ..store import add, all_versions, chain_for, sheet_of, versions
from .desk import Desk, Subject, desk
from .trying import Trying, said, sent_form
from .trying import sheet_of as sheet_of_form

WORDS = {
    "marketing": N_("Marketing"),
    "utility": N_("Utility"),
    "authentication": N_("Authentication"),
    "service": N_("Service"),
    "*": N_("Any category"),
}
platform = Blueprint("pricing_platform", __name__, template_folder="../templates")
reseller = Blueprint("pricing_reseller", __name__, template_folder="../templates")


@platform.get("/")
def rates() -> ResponseReturnValue:
    """The rate card: what messages cost now, by market and category."""
    day, card = utcnow().date(), card_rule().card
    asked = request.args.get("q", "").strip().casefold()
    markets = [name for name in sorted(card.names()) if asked in name.casefold()]
    rows = [(name, [card.rate(name, category, day) for category in CATEGORIES]) for name in markets]
    return _page("rates", rows=rows, categories=CATEGORIES, currency=card.currency, q=request.args.get("q", ""))


@reseller.get("/")
def prices() -> ResponseReturnValue:
    """What the reseller pays beside what its workspaces pay, of one category."""
    here = desk()
    subjects = [one for one in here.subjects() if one.owner.level != "reseller"]
    key, category = request.args.get("book") or subjects[0].key, request.args.get("category", CATEGORIES[0])
    subject = here.find(key)
    problem, lines = "", []
    try:
        lines = [(*place, line) for place, line in listed(chain_for(subject.owner, utcnow()), utcnow()).items()]
    except BookError as error:
        problem = said(error)
    asked = request.args.get("q", "").strip().casefold()
    rows = [(market, line) for market, kind, line in lines if kind == category and asked in market.casefold()]
    return _page(
        "prices",
        rows=rows,
        problem=problem,
        subject=subject,
        subjects=subjects,
        category=category,
        categories=CATEGORIES,
        q=request.args.get("q", ""),
    )


@platform.get("/books")
@reseller.get("/books")
def books() -> ResponseReturnValue:
    """All books, with what is in force and what will be."""
    here, now = desk(), utcnow()
    rows = []
    asked = request.args.get("q", "").strip()
    with transaction(here.scope) as session:
        found = all_versions(session)
    for subject in here.subjects(asked):
        known = found.get(subject.owner, [])
        running = next((one for one in known if one.effective_at <= now), None)
        rows.append((subject, running, [one for one in known if one.effective_at > now]))
    return _page("books", rows=rows, q=asked)


@platform.get("/books/<key>")
@reseller.get("/books/<key>")
def book(key: str) -> ResponseReturnValue:
    """One book: the rules in force, and its versions."""
    here, now = desk(), utcnow()
    subject = here.find(key)
    with transaction(here.scope) as session:
        known = versions(session, subject.owner)
        running = next((one for one in known if one.effective_at <= now), None)
        sheet = sheet_of(session, running) if running else None
    return _page("book", subject=subject, versions=known, running=running, sheet=sheet, now=now)


@platform.get("/books/<key>/<int:number>.csv")
@reseller.get("/books/<key>/<int:number>.csv")
def version(key: str, number: int) -> ResponseReturnValue:
    """A version as a file."""
    here = desk()
    subject = here.find(key)
    with transaction(here.scope) as session:
        found = next((one for one in versions(session, subject.owner) if one.number == number), None) or abort(404)
        answer = Response(written_sheet(sheet_of(session, found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="prices-{subject.owner.level}-{number}.csv"'
    return answer


@platform.route("/books/<key>/new", methods=["GET", "POST"])
@reseller.route("/books/<key>/new", methods=["GET", "POST"])
def new(key: str) -> ResponseReturnValue:
    """New prices: first what they would change; nothing is kept until they are put in force."""
    here = desk()
    subject = here.find(key)
    if not subject.mine:
        abort(404)
    form = sent_form() if request.method == "POST" else Form(Trying, initial={"currency": subject.currency or CURRENCY})
    sheet = sheet_of_form(form) if form.valid else None
    outlook = _outlook(here, subject, form, sheet) if sheet else None
    if outlook and sheet and request.form.get("act") == "put" and _put(here, subject, form, sheet):
        return redirect(f"../{subject.key}", 303)
    values = {name: form.shown(name) for name in Trying.model_fields} | {"act": "put", "form_key": new_id()}
    return _page("new", subject=subject, form=form, outlook=outlook if form.valid else None, values=values), form.status


def _outlook(here: Desk, subject: Subject, form: Form[Trying], sheet: Sheet) -> dict[str, object] | None:
    """What would change, and what last month's messages would have brought; None where there would be no prices."""
    now, made = utcnow(), Book(subject.owner.level, 0, sheet)
    chain = chain_for(subject.owner, now)
    try:
        after = listed(chain.with_book(made), now)
        own = here.reseller_id is not None
        simulations = simulate(here.scope, made, now, subject.owner.tenant_id) if own else []
    except BookError as error:
        form.fail("currency", said(error))
        return None
    try:
        before = listed(chain, now)
    except BookError:
        before = {}
    return {
        "changes": changes(before, after),
        "count": len(after),
        "simulations": simulations,
        "own": own,
        "fresh": not before,
    }


def _put(here: Desk, subject: Subject, form: Form[Trying], sheet: Sheet) -> bool:
    try:
        with transaction(here.scope) as session:
            number = add(session, subject.owner, sheet, form.value.effective_at, form.value.note, form.value.form_key)
    except BookError as error:
        form.fail("starts", said(error))
        return False
    toast(
        _("Version %(number)s is in force from the moment you chose on.", number=number)
        if form.value.starts
        else _("Version %(number)s is in force.", number=number)
    )
    return True


def _page(name: str, **context: object) -> str:
    base = "/reseller/p/pricing" if request.blueprint == reseller.name else "/platform/p/pricing"
    return render(f"pricing/{name}.html", base=base, words=WORDS, **context)
