"""Keyrings that need no database."""

from collections.abc import Iterable
from uuid import UUID

from aerostic.security.data_keys import StoredKey
from aerostic.security.providers import Wrapped


class PlainProvider:
    """Keeps no secret: the wrapped key is the key, behind what it is bound to."""

    name = "plain"
    newest = "none"

    def wrap(self, key: bytes, binding: bytes) -> Wrapped:
        """See `KeyProvider`."""
        return Wrapped(self.newest, key + binding)

    def unwrap(self, wrapped: Wrapped, binding: bytes) -> bytes:
        """See `KeyProvider`."""
        assert wrapped.blob[32:] == binding
        return wrapped.blob[:32]


class MemoryStore:
    """Keys by owner, with the rules of the table: one of each version."""

    def __init__(self, *keys: StoredKey) -> None:
        self.keys = {self._place(key): key for key in keys}
        self.reads = 0

    def read(self, tenant_id: UUID | None) -> list[StoredKey]:
        """See `KeyStore`."""
        self.reads += 1
        return [key for key in self.keys.values() if key.tenant_id == tenant_id]

    def add(self, keys: Iterable[StoredKey]) -> None:
        """See `KeyStore`."""
        for key in keys:
            self.keys.setdefault(self._place(key), key)

    def put(self, key: StoredKey) -> None:
        """Keep a key in place of the one of its version."""
        self.keys[self._place(key)] = key

    @staticmethod
    def _place(key: StoredKey) -> tuple[object, ...]:
        return key.tenant_id, key.purpose, key.version
