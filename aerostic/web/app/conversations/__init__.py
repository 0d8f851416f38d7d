"""Conversations: the list beside one of them, answering, taking over and handing back, and the files of messages."""

from aerostic.web.app.conversations import acts, files, pages  # noqa: F401 - they register their routes
from aerostic.web.app.conversations.blueprint import views

__all__ = ["views"]
