"""The document of the API, as JSON."""

import json

from aerostic.registry import Registry
from aerostic.web.api.document import document

SERVER = {"url": "https://api.example.com"}


def page(registry: Registry) -> str:
    """The core's API and that of the built-in plugins."""
    return json.dumps({**document(registry), "servers": [SERVER]}, indent=2, ensure_ascii=False) + "\n"
