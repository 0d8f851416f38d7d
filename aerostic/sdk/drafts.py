"""What a plugin needs to make and publish flows: `from aerostic.sdk import drafts`."""

from aerostic.flows.checking import check
from aerostic.flows.document import Document, DocumentError
from aerostic.flows.drafts import NotReadyError, StaleError, create, pause, publish, save, versions
from aerostic.flows.kinds import kinds_of

__all__ = [
    "Document",
    "DocumentError",
    "NotReadyError",
    "StaleError",
    "check",
    "create",
    "kinds_of",
    "pause",
    "publish",
    "save",
    "versions",
]
