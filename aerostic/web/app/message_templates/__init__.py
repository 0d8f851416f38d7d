"""Templates: the list, one with its preview and history, and fetching them from the provider."""

from aerostic.web.app.message_templates.pages import views

__all__ = ["views"]
