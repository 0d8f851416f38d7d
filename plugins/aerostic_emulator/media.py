"""Media: upload, short-lived URLs that need the token, download, delete; and resumable uploads.

Source: business-phone-numbers/media, and the Resumable Upload API.
"""

import base64
import hashlib
import secrets
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from .call import SUCCESS, Call, Routes
from .errors import GraphError, missing_object, missing_parameter
from .state import Media, Number

_MB = 1024 * 1024
_DOCUMENTS = (
    "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)  # fmt: skip
_LARGEST = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * _MB),
    **dict.fromkeys(("video/mp4", "video/3gpp"), 16 * _MB),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"), 16 * _MB),
    **dict.fromkeys(_DOCUMENTS, 100 * _MB),
    "image/webp": 500 * 1024,
}
_LIFE_S = 30 * 24 * 3600


async def upload(call: Call) -> dict[str, str]:
    """Keep a file for 30 days; refuse types and sizes that WhatsApp does not take."""
    form = await call.request.post()
    if form.get("messaging_product") != "whatsapp":
        raise missing_parameter("messaging_product")
    file = form.get("file")
    if not isinstance(file, FileField):
        raise missing_parameter("file")
    mime = (file.content_type or str(form.get("type", ""))).split(";")[0].strip()
    content = file.file.read()
    if mime not in _LARGEST:
        text = (
            f"(#100) Param file must be a file with one of the following types: {', '.join(_LARGEST)}. Received {mime}."
        )
        raise GraphError(100, message=text)
    if len(content) > _LARGEST[mime]:
        raise GraphError(100, message=f"(#100) The file is larger than {_LARGEST[mime]} bytes.")
    media = Media(call.world.state.new_id(), call.node_id, mime, content, hashlib.sha256(content).hexdigest(),
                  call.world.clock.now())  # fmt: skip
    call.world.state.media[media.id] = media
    return {"id": media.id}


async def describe(call: Call) -> dict[str, Any]:
    """Return a file's facts and a URL that dies after five minutes."""
    media = _media(call)
    expires = int(call.world.clock.now() + call.world.config.media_url_s)
    return {
        "messaging_product": "whatsapp",
        "url": f"{call.world.base_url}/whatsapp_business/attachments/?mid={media.id}&ext={expires}",
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "file_size": len(media.content),
        "id": media.id,
    }


async def delete(call: Call) -> dict[str, bool]:
    """Delete a file."""
    del call.world.state.media[_media(call).id]
    return SUCCESS


async def download(call: Call) -> web.Response:
    """Return a file's bytes; 404 when the URL is dead."""
    media = call.world.state.media.get(call.query.get("mid", ""))
    if media is None or float(call.query.get("ext", 0)) <= call.world.clock.now():
        return web.Response(status=404)
    waba_id = call.world.state.waba_of(media)
    if call.token.waba_ids is not None and waba_id not in call.token.waba_ids:
        return web.Response(status=404)
    return web.Response(body=media.content, content_type=media.mime_type)


async def open_upload(call: Call) -> dict[str, str]:
    """Open a resumable upload session."""
    body = await call.json()
    call.require(body, "file_length", "file_type")
    session = "upload:" + secrets.token_urlsafe(16)
    call.world.state.uploads[session] = {"length": int(body["file_length"]), "content": b""}
    return {"id": session}


async def continue_upload(call: Call) -> dict[str, str]:
    """Take bytes of a resumable upload; the handle comes when it is complete."""
    session = call.world.state.uploads.get(call.node_id)
    if session is None:
        raise missing_object("POST", call.node_id)
    if int(call.request.headers.get("file_offset", 0)) != len(session["content"]):
        raise GraphError(100, message="(#100) The file_offset does not match.")
    session["content"] += await call.request.read()
    if len(session["content"]) < session["length"]:
        raise GraphError(100, message="(#100) The upload is not complete.")
    digest = hashlib.sha256(session["content"]).digest()
    return {"h": "4::" + base64.urlsafe_b64encode(digest).decode()}


async def upload_offset(call: Call) -> dict[str, Any]:
    """Return how many bytes of a resumable upload have arrived."""
    session = call.world.state.uploads.get(call.node_id)
    if session is None:
        raise missing_object("GET", call.node_id)
    return {"id": call.node_id, "file_offset": len(session["content"])}


def _media(call: Call) -> Media:
    media = call.the(Media)
    number = call.world.state.numbers.get(media.phone_number_id)
    wanted = call.query.get("phone_number_id")
    expired = media.created + _LIFE_S < call.world.clock.now()
    if expired or not isinstance(number, Number) or wanted not in (None, "", number.id):
        raise missing_object(call.method, media.id)
    return media


ROUTES: Routes = {
    ("number", "POST", "media"): upload,
    ("media", "GET", ""): describe,
    ("media", "DELETE", ""): delete,
    ("files", "GET", "whatsapp_business/attachments"): download,
    ("app", "POST", "uploads"): open_upload,
    ("upload", "POST", ""): continue_upload,
    ("upload", "GET", ""): upload_offset,
}
