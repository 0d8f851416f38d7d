"""What a child prints, line by line, read without waiting for it."""

import os
from typing import IO

READ_BYTES = 65536
LONGEST_LINE = 32768


class Output:
    """The reading end of a child's output; for a selector, it is its file number."""

    def __init__(self, pipe: IO[bytes]) -> None:
        os.set_blocking(pipe.fileno(), False)
        self._pipe = pipe
        self._rest = b""

    @property
    def ended(self) -> bool:
        """Whether there will never be more."""
        return self._pipe.closed

    def fileno(self) -> int:
        """The number a selector waits for."""
        return self._pipe.fileno()

    def close(self) -> None:
        """Read no more."""
        self._pipe.close()

    def lines(self) -> list[str]:
        """The lines printed since the last call; empty ones are left out, endless ones cut."""
        found: list[bytes] = []
        while not self.ended:
            try:
                data = os.read(self._pipe.fileno(), READ_BYTES)
            except BlockingIOError:
                break
            *whole, self._rest = (self._rest + data).split(b"\n")
            found += whole
            if not data or len(self._rest) > LONGEST_LINE:
                found.append(self._rest)
                self._rest = b""
            if not data:
                self.close()
        return [text for line in found if (text := line.decode(errors="replace").rstrip())]
