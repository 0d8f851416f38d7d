"""What a person sees: the payment page, and a first page that stands for the account's dashboard."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from aerostic_stripe.units import MICRO, unit

from .state import StateError, current

views = Blueprint("pages", __name__, template_folder="templates")


@views.app_template_filter()
def units(amount: int, currency: str) -> str:
    """An amount in words."""
    return f"{amount * unit(currency.upper()) / MICRO:,.2f} {currency.upper()}"


@views.get("/c/pay/<id_>")
def checkout(id_: str) -> ResponseReturnValue:
    """The payment page of a session."""
    session = current().sessions.get(id_) or abort(404)
    return render_template("checkout.html", session=session, declined="declined" in request.args)


@views.post("/c/pay/<id_>/<any(pay, later, decline):act>")
def go_on(id_: str, act: str) -> ResponseReturnValue:
    """Pay, choose a way whose money comes later, or have a card that is declined."""
    session = current().sessions.get(id_) or abort(404)
    if act == "decline":
        return redirect(f"/c/pay/{id_}?declined=1", 303)
    try:
        if act == "pay":
            current().pay(id_)
        else:
            current().pay_later(id_)
    except StateError:
        return redirect(f"/c/pay/{id_}", 303)
    return redirect(session["success_url"], 303)


@views.get("/")
def dashboard() -> ResponseReturnValue:
    """All sessions, the newest first."""
    charges = {charge["payment_intent"]: charge for charge in current().charges.values()}
    return render_template("dashboard.html", sessions=reversed(current().sessions.values()), charges=charges)


@views.post("/sessions/<id_>/<any(expire, refund, half, good, bad):act>")
def change(id_: str, act: str) -> ResponseReturnValue:
    """What the account's owner, a bank, or time does to a session."""
    session = current().sessions.get(id_) or abort(404)
    try:
        if act == "expire":
            current().expire(id_)
        elif act in ("good", "bad"):
            current().arrive(id_, good=act == "good")
        else:
            current().refund(session["payment_intent"], session["amount_total"] // 2 if act == "half" else None)
    except StateError as error:
        abort(409, str(error))
    return redirect("/", 303)
