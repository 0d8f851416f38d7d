"""Management calls to the Graph API: one request, its answer or a clear error, and lists page by page."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData

from aerostic.sdk import N_, Account, ChannelError
from aerostic_whatsapp.answers import parse
from aerostic_whatsapp.errors import rule_of
from aerostic_whatsapp.settings import settings_of

SECONDS = ClientTimeout(total=60)
PAGE = 200
MOST_PAGES = 100
BAD_CURSOR = 131059
UNREACHABLE = N_("WhatsApp could not be reached. Try again in a moment.")
NO_GRAPH = N_("What answers there is not WhatsApp's Graph API. Check the account's base_url.")
TOO_LONG = N_("WhatsApp's list is longer than can be taken in.")


class GraphError(ChannelError):
    """The Graph API refused; `code` is its error code, 0 when there was no answer."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Graph:
    """The Graph API as one account sees it, on an open session."""

    def __init__(self, session: ClientSession, account: Account) -> None:
        self._session = session
        self._root = settings_of(account).root

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read one object."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write with a JSON body."""
        headers = {"Content-Type": "application/json"}
        return await self._ask("POST", path, data=orjson.dumps(value or {}), headers=headers)

    async def upload(self, path: str, form: FormData) -> dict[str, Any]:
        """Write a form with a file."""
        return await self._ask("POST", path, data=form)

    async def pages(self, path: str, **query: str) -> AsyncIterator[dict[str, Any]]:
        """Every object of a list, page by page.

        Raises:
            GraphError: refused; also a cursor that the provider forgot, whose caller starts again.
        """
        after = ""
        for _ in range(MOST_PAGES):
            answer = await self.get(path, limit=str(PAGE), **query, **({"after": after} if after else {}))
            for item in answer.get("data") or []:
                yield item
            paging = answer.get("paging") or {}
            after = (paging.get("cursors") or {}).get("after") or ""
            if not paging.get("next") or not after:
                return
        raise GraphError(TOO_LONG)

    async def _ask(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        try:
            asked = self._session.request(
                method, self._root + path, timeout=SECONDS, allow_redirects=False, **arguments
            )
            async with asked as answer:
                status, value = answer.status, parse(await answer.read())
        except (ClientError, TimeoutError, OSError) as error:
            raise GraphError(UNREACHABLE) from error
        if status == 200 and isinstance(value, dict):
            return value
        raise _refused(status, value)


def _refused(status: int, value: Any) -> GraphError:
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return GraphError(NO_GRAPH)
    code = error["code"]
    told = error.get("error_user_msg") or error.get("error_user_title")
    # Our own sentence stays as it is, so that it can be said in the reader's language.
    return GraphError(f"{told} (code {code})" if told else rule_of(code, transient=status >= 500).reason, code)
