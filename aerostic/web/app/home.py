"""The first page of a workspace: how things stand, and what comes next."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render

views = Blueprint("home", __name__)


@views.get("/")
@allowed()
def home() -> ResponseReturnValue:
    """The home page."""
    return render("app/home.html")
