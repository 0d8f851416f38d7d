"""The contract of key providers: who holds the key-encryption keys, and wraps data keys with them."""

from typing import NamedTuple, Protocol, runtime_checkable


class Wrapped(NamedTuple):
    """A data key as it is stored.

    Args:
        kek_id: which key-encryption key it is wrapped under.
        blob: what only the provider can open.
    """

    kek_id: str
    blob: bytes


@runtime_checkable
class KeyProvider(Protocol):
    """Holds key-encryption keys outside of the database.

    Calls come from many threads, once a data key and minute at most. What cannot be reached or opened is an error, never an
    empty answer.
    """

    @property
    def name(self) -> str:
        """What AEROSTIC_KEY_PROVIDER chooses it by."""
        ...

    @property
    def newest(self) -> str:
        """The id of the key-encryption key that `wrap` uses now."""
        ...

    def wrap(self, key: bytes, binding: bytes) -> Wrapped:
        """Wrap a data key of 32 bytes.

        Args:
            binding: whose key it is and what for; it has to be authenticated with the key.

        Raises:
            KeyMissingError: it cannot be done now; the message says what to do.
        """
        ...

    def unwrap(self, wrapped: Wrapped, binding: bytes) -> bytes:
        """Open what `wrap` made with the same binding.

        Raises:
            KeyMissingError: the key-encryption key is not there, or cannot be reached.
            SealError: it was damaged, or made with another binding.
        """
        ...
