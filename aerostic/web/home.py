"""The front page of each area, until it has pages of its own: what runs here and how to go on."""

from flask import Blueprint, Response, g

from aerostic import __version__

views = Blueprint("home", __name__)
TEXT = """Aerostic {version}: {area}

It is running. Signing in: POST /session with {{"email": ..., "password": ...}} as JSON; GET /session tells who you are.
The commands of `aerostic` do the rest for now: `aerostic --help`.
"""


@views.get("/")
def home() -> Response:
    """A few lines of text."""
    return Response(TEXT.format(version=__version__, area=g.place.area), mimetype="text/plain")
