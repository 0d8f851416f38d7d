"""The pages: which failures are paid all the same, for whom, and deciding on it."""

from typing import Annotated

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from aerostic.sdk import N_, Form, render, toast, transaction

from ..policies import PolicyError, check, in_force, keep, versions
from .whose import everyone, find, scope

# The failures of Meta's documentation that come from whom a business writes to; any other code can be typed.
KNOWN = {
    131026: N_("Not on WhatsApp, or its app is too old"),
    131050: N_("The person has stopped marketing messages"),
    131049: N_("WhatsApp held marketing back for the person's sake"),
    130472: N_("WhatsApp keeps marketing from the person as part of an experiment"),
}
platform = Blueprint("refunds_platform", __name__, template_folder="../templates")
reseller = Blueprint("refunds_reseller", __name__, template_folder="../templates")


class Deciding(BaseModel):
    """Which failures keep their price: known ones, and others by their codes."""

    known: list[int] = []
    others: Annotated[str, Field(max_length=400)] = ""
    note: Annotated[str, Field(max_length=200)] = ""


@platform.get("/")
@reseller.get("/")
def index() -> ResponseReturnValue:
    """Whose policies there are, each with what is in force."""
    q = request.args.get("q", "").strip()
    shown = everyone(q)
    with transaction(scope()) as session:
        found = in_force(session, [whose.owner for whose in shown])
    rows = [(whose, found.get(whose.owner)) for whose in shown]
    return render("refunds/index.html", rows=rows, q=q, base=_base(), words=KNOWN)


@platform.route("/<key>", methods=["GET", "POST"])
@reseller.route("/<key>", methods=["GET", "POST"])
def policy(key: str) -> ResponseReturnValue:
    """One policy with those before it, and a new one."""
    whose = find(key)
    with transaction(scope()) as session:
        known = versions(session, whose.owner)
    kept = known[0].kept if known else []
    start = {"known": kept, "others": ", ".join(str(code) for code in kept if code not in KNOWN)}
    form = Form(Deciding, request.form if request.method == "POST" else None, initial=start)
    if form.valid and (codes := _codes(form)) is not None:
        with transaction(scope()) as session:
            keep(session, whose.owner, codes, form.value.note)
        toast(_("This holds for what is charged from now on."))
        return redirect(f"{_base()}/{whose.key}", 303)
    options = [(code, f"{_(words)} ({code})") for code, words in KNOWN.items()]
    page = render(
        "refunds/policy.html", whose=whose, versions=known, form=form, base=_base(), words=KNOWN, options=options
    )
    return page, form.status


def _codes(form: Form[Deciding]) -> set[int] | None:
    """The codes that were chosen or typed; None, with the form saying why, where one is none."""
    try:
        typed = {int(part) for part in form.value.others.replace(",", " ").split()}
        check(codes := typed | set(form.value.known))
    except (ValueError, PolicyError):
        form.fail("others", _("An error code is a whole number, such as 131026. Put commas between them."))
        return None
    return codes


def _base() -> str:
    return request.path[: request.path.index("/p/refunds") + len("/p/refunds")]
