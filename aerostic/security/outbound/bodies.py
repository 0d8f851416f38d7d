"""The body of an answer, as far as it may grow: what unpacks to more than the limit is never unpacked whole."""

import zlib

from aerostic.security.outbound.errors import refusal

PACKED = ("gzip", "x-gzip", "deflate")
EITHER = zlib.MAX_WBITS | 32  # zlib's or gzip's header, whichever there is


class Body:
    """Takes the chunks of a body.

    Args:
        encoding: its Content-Encoding, '' for none.
        most: bytes that it may have, as it comes and unpacked.

    Raises:
        AnswerError: here, by `add` or by `whole`: it is packed in a way that was not asked for, too large, or broken.
    """

    def __init__(self, encoding: str, most: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", *PACKED):
            raise refusal("broken")
        self._most = most
        self._arrived = 0
        self._content = bytearray()
        self._packed = encoding in PACKED
        self._unpacker = zlib.decompressobj(EITHER)

    def add(self, chunk: bytes) -> None:
        """Take what came."""
        self._arrived += len(chunk)
        if self._arrived > self._most:
            raise refusal("large")
        if not self._packed:
            self._content += chunk
            return
        while chunk:
            chunk = self._unpack(chunk)

    def whole(self) -> bytes:
        """All of it, now that nothing more comes."""
        if self._packed and self._arrived and not self._unpacker.eof:
            raise refusal("broken")
        return bytes(self._content)

    def _unpack(self, chunk: bytes) -> bytes:
        """Unpack a chunk. Returns what is left of it: the beginning of another stream."""
        if self._unpacker.eof:
            self._unpacker = zlib.decompressobj(EITHER)
        try:
            self._content += self._unpacker.decompress(chunk, self._most - len(self._content) + 1)
        except zlib.error:
            raise refusal("broken") from None
        if len(self._content) > self._most:
            raise refusal("large")
        return self._unpacker.unused_data
