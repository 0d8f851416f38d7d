"""A data key: made at random, wrapped by the provider, and bound to its owner, purpose and id."""

import os
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aerostic.security.derived import KEY_BYTES
from aerostic.security.errors import KeyDestroyedError
from aerostic.security.providers import KeyProvider, Wrapped

Purpose = Literal["data", "index", "audit"]
State = Literal["active", "opens_only", "destroyed"]
PURPOSES: tuple[Purpose, ...] = ("data", "index", "audit")
KEY_ID_BYTES = 4
FORMAT = b"aerostic.key.1"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row of `data_key`. `wrapped` is None once it is destroyed."""

    tenant_id: UUID | None
    id: bytes
    purpose: Purpose
    version: int
    state: State
    wrapped: Wrapped | None

    def unwrapped(self, provider: KeyProvider) -> bytes:
        """The key itself.

        Raises:
            KeyDestroyedError: it was destroyed.
            KeyMissingError, SealError: as the provider says.
        """
        if self.wrapped is None:
            raise KeyDestroyedError(
                f"The key {self.id.hex()} was destroyed, and what it sealed is erased: nothing brings it back."
            )
        return provider.unwrap(self.wrapped, binding(self.tenant_id, self.purpose, self.id))

    def rewrapped(self, provider: KeyProvider) -> Wrapped:
        """The key under the provider's newest key-encryption key."""
        return provider.wrap(self.unwrapped(provider), binding(self.tenant_id, self.purpose, self.id))


def new_key(provider: KeyProvider, tenant_id: UUID | None, purpose: Purpose, version: int = 1) -> StoredKey:
    """A new random key for one owner (None is the platform) and purpose."""
    key_id = os.urandom(KEY_ID_BYTES)
    wrapped = provider.wrap(os.urandom(KEY_BYTES), binding(tenant_id, purpose, key_id))
    return StoredKey(tenant_id, key_id, purpose, version, "active", wrapped)


def binding(tenant_id: UUID | None, purpose: str, key_id: bytes) -> bytes:
    """What a wrapped key is bound to: moved to another owner, purpose or id, it does not open."""
    owner = tenant_id.bytes if tenant_id else b""
    return b"".join((FORMAT, key_id, bytes((len(owner),)), owner, purpose.encode()))
