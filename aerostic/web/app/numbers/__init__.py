"""Numbers: their standing, one of them with a test send, and connecting accounts."""

from aerostic.web.app.numbers import acts, connect, pages  # noqa: F401 - they register their routes
from aerostic.web.app.numbers.blueprint import views

__all__ = ["views"]
