"""Which parts of texts were seen before, by whom and since when: a table of fixed size that ten thousand texts a second fit in.

A fingerprint of 32 values is cut into ten bands of three; texts that share two bands are much the same. Each band has a slot
of eight bytes, which holds who used it last, when it was first seen, and when last.
"""

import base64
import mmap
from collections.abc import Sequence

import numpy as np

BANDS, WIDTH = 10, 3
SLOTS = 1 << 24
MINUTES = (1 << 20) - 1
FORGOTTEN = 60  # minutes without use after which a band is new again
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BAND = np.arange(BANDS, dtype=np.uint64) << np.uint64(48)


def slots_of(prints: Sequence[str], size: int = SLOTS) -> list[list[int]]:
    """The slots of the bands of fingerprints, all at once.

    Args:
        prints: as observations carry them: 32 values of 16 bits in Base64.
        size: of the table, a power of two.

    Raises:
        ValueError: one is no fingerprint.
    """
    raw = b"".join(base64.b64decode(one) for one in prints)
    values = np.frombuffer(raw, dtype="<u2").reshape(len(prints), 32)[:, : BANDS * WIDTH]
    parts = values.reshape(len(prints), BANDS, WIDTH).astype(np.uint64)
    bands = parts[:, :, 0] | parts[:, :, 1] << np.uint64(16) | parts[:, :, 2] << np.uint64(32) | _BAND
    bands *= _MIX
    bands ^= bands >> np.uint64(32)
    bands *= _MIX
    found: list[list[int]] = (bands >> np.uint64(65 - size.bit_length())).tolist()
    return found


class Bands:
    """The table. Memory is taken as it is used, up to eight bytes a slot.

    Args:
        size: slots, a power of two.
    """

    def __init__(self, size: int = SLOTS) -> None:
        self.size = size
        # Private: of shared memory, reading would take as much as writing.
        memory = mmap.mmap(-1, 8 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._slots = memoryview(memory).cast("B").cast("Q")
        self._table = np.frombuffer(self._slots, np.uint64)

    def use(self, slots: Sequence[int], user: int, time: float, fresh: int) -> tuple[int, int]:
        """Somebody sends a text.

        Args:
            slots: of its bands.
            user: who, in 1..2**24-1.
            time: when, in seconds since 1970.
            fresh: minutes for which content is new.

        Returns:
            How many bands somebody else has used, where the content is fresh; and how many bands are old.
        """
        table, now = self._slots, int(time // 60) & MINUTES
        shared = old = 0
        for slot in slots:
            held = table[slot]
            first, last, by = held >> 20 & MINUTES, held & MINUTES, held >> 40
            if not by or (now - last & MINUTES) > FORGOTTEN:
                first = now
            elif (now - first & MINUTES) > fresh:
                old += 1
            elif by != user:
                shared += 1
            table[slot] = user << 40 | first << 20 | now
        return shared, old

    def packed(self, time: float, most: int) -> bytes | None:
        """What is not forgotten at a time, to be filled in again; None where that is more than `most` slots."""
        used = np.flatnonzero(self._table)
        held = self._table[used]
        lately = (np.uint64(int(time // 60) & MINUTES) - held & np.uint64(MINUTES)) <= FORGOTTEN
        used, held = used[lately], held[lately]
        return None if len(used) > most else used.astype("<u4").tobytes() + held.astype("<u8").tobytes()

    def fill(self, packed: bytes) -> None:
        """Take back what `packed` gave, of a table of the same size.

        Raises:
            ValueError, IndexError: it is none of that.
        """
        count = len(packed) // 12
        slots, held = np.frombuffer(packed, "<u4", count), np.frombuffer(packed, "<u8", offset=4 * count)
        self._table[slots] = held
