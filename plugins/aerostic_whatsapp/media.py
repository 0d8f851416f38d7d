"""Media: uploading to a number, and fetching what people sent (business-phone-numbers/media)."""

from aiohttp import FormData

from aerostic.sdk import N_, Account, http
from aerostic_whatsapp.graph import Graph, GraphError
from aerostic_whatsapp.reading import text
from aerostic_whatsapp.sending import open_session
from aerostic_whatsapp.settings import secret

MOST_BYTES = 100 * 1024 * 1024
SECONDS = 60.0
GONE = 404
NOT_THERE = N_("WhatsApp does not have the media any more.")
NOT_FETCHED = N_("The media could not be fetched. Try again in a moment.")


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
            answer = await _fetch(account, text(about.get("url")), most)
            if answer.status == 200:
                return answer.body, text(about.get("mime_type"))
            if answer.status != GONE:
                break
    raise GraphError(NOT_THERE)


async def _fetch(account: Account, url: str, most: int) -> http.Answer:
    """The file. Its address is whatever answers at the account's base_url says, so it is asked like any that people enter."""
    headers = {"Authorization": f"Bearer {secret(account.credentials, 'token')}"}
    try:
        return await http.client().ask(url, headers=headers, limits=http.Limits(most, SECONDS))
    except http.AnswerError as error:
        if error.reason == "large":
            raise GraphError(f"The file is larger than {most // 2**20} MB: open it in WhatsApp.") from None
        raise GraphError(NOT_FETCHED) from None
    except http.OutboundError:
        raise GraphError(NOT_FETCHED) from None
