"""Media: uploading to a number, and fetching what people sent (business-phone-numbers/media)."""

from collections.abc import AsyncIterator

from aiohttp import ClientError, FormData

from aerostic.sdk import N_, Account
from aerostic_whatsapp.graph import SECONDS, Graph, GraphError
from aerostic_whatsapp.reading import text
from aerostic_whatsapp.sending import open_session

MOST_BYTES = 100 * 1024 * 1024
CHUNK = 64 * 1024
GONE = 404
NOT_THERE = N_("WhatsApp does not have the media any more.")


async def upload_media(account: Account, number: str, data: bytes, content_type: str, name: str) -> str:
    """Keep a file with the provider for 30 days.

    Returns:
        The media id, good for this number.
    """
    form = FormData({"messaging_product": "whatsapp", "type": content_type})
    form.add_field("file", data, content_type=content_type, filename=name)
    async with open_session(account, 1) as session:
        return text((await Graph(session, account).upload(f"{number}/media", form)).get("id"))


async def download_media(account: Account, media_id: str, most: int = MOST_BYTES) -> tuple[bytes, str]:
    """Fetch a file; its address dies after five minutes, so it is asked for anew each time, twice if need be.

    Returns:
        The bytes and their media type.

    Raises:
        GraphError: unknown, older than the provider keeps it, or larger than `most` bytes.
    """
    if not (media_id.isascii() and media_id.isalnum()):
        raise GraphError(NOT_THERE)
    async with open_session(account, 1) as session:
        graph = Graph(session, account)
        for _ in range(2):
            about = await graph.get(media_id)
            try:
                async with session.get(text(about.get("url")), timeout=SECONDS) as answer:
                    if answer.status == 200:
                        return await _bounded(answer.content.iter_chunked(CHUNK), most), text(about.get("mime_type"))
                    if answer.status != GONE:
                        break
            except (ClientError, TimeoutError, ValueError) as error:
                raise GraphError(f"The media could not be fetched ({type(error).__name__}): try again.") from None
    raise GraphError(NOT_THERE)


async def _bounded(chunks: AsyncIterator[bytes], most: int) -> bytes:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > most:
            raise GraphError(f"The file is larger than {most // 2**20} MB: open it in WhatsApp.")
    return bytes(data)
