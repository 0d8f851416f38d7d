"""The built files of the front end: their hashed names from the manifest, and how long a browser keeps them."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from aerostic.web.unchanging import FOREVER

STATIC = Path(__file__).parents[1] / "static"
MANIFEST = STATIC / "dist" / "manifest.json"


class AssetsMissingError(Exception):
    """The front end has not been built."""


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Built files by the name of their source.

    Raises:
        AssetsMissingError: there is no build; says how to make one.
    """
    try:
        entries = json.loads(MANIFEST.read_bytes())
    except FileNotFoundError:
        raise AssetsMissingError("The front end is not built yet: run `make setup`.") from None
    return {name: entry["file"] for name, entry in entries.items()}


def asset(name: str) -> str:
    """The address of a built file, such as `src/app.ts` or `icons.svg`."""
    return url_for("static", filename=f"dist/{manifest()[name]}")


def init_assets(app: Flask) -> None:
    """Let templates name assets, and browsers keep them: a file that changes gets another name."""
    app.add_template_global(asset)

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and "/assets/" in request.path and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOREVER
        return response
