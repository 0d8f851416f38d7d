"""API keys of a workspace: listed, made and shown once, held in, given new secrets, revoked."""

from aerostic.web.app.api_keys import making, pages, rotating  # noqa: F401 - they register their routes
from aerostic.web.app.api_keys.blueprint import views

__all__ = ["views"]
