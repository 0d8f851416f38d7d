"""Files that people sent, fetched from the provider for who looks at them.

A file is a stranger's: what is not an image, a sound or a film is only ever saved, and nothing in it can run.
"""

from urllib.parse import quote
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.messaging.contract import ChannelError
from aerostic.messaging.conversations.media import fetch
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.conversations.blueprint import views
from aerostic.web.pages.access import allowed

SHOWN = frozenset(
    (
        *("image/jpeg", "image/png", "image/webp", "image/gif"),
        *("video/mp4", "video/3gpp"),
        *("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"),
    )
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


@views.get("/conversations/files/<uuid:message_id>")
@allowed("conversations.view")
def file(message_id: UUID) -> ResponseReturnValue:
    """The file of a message; 404, and why, where it cannot be had."""
    try:
        found = fetch(current_tenant(), message_id)
    except ChannelError as error:
        return Response(_(str(error)), 404, mimetype="text/plain")
    shown = found.type in SHOWN
    response = Response(found.data, content_type=found.type if shown else "application/octet-stream")
    response.headers.update(HEADERS)
    name = quote(found.name or str(message_id), safe="")
    response.headers["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
    return response
