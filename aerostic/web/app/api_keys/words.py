"""Keys in words."""

from typing import Any

from flask_babel import gettext as _

from aerostic.db import utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.permissions import CORE
from aerostic.web.pages.access import tenant_view


def titles() -> dict[str, str]:
    """What each permission allows: the core's, then those of the plugins that are on."""
    known: dict[str, Any] = {**CORE, **tenant_view().permissions}
    return {name: _(permission.title) for name, permission in known.items()}


def standing(key: ApiKey) -> tuple[str, str]:
    """How a key stands, in words and on a colour."""
    if key.revoked_at:
        return _("Revoked"), "secondary"
    if key.expires_at and key.expires_at <= utcnow():
        return _("Expired"), "warning"
    return _("Active"), "success"
