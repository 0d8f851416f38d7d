"""The security centre of a workspace: what is done about it and why, what was noticed, who signed in, and how keys are used."""

from aerostic.web.app.security import actions, keys, overview, sign_ins, signals  # noqa: F401 - they register their routes
from aerostic.web.app.security.blueprint import views

__all__ = ["views"]
