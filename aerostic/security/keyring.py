"""The keyring of a process: data keys of every owner, read when they are first needed and forgotten after a minute.

So a rotation and a destruction reach every process within `SECONDS`, and no value costs a question to the database. A
ciphertext that names a key made since then is asked for at once.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aerostic.security.data_keys import PURPOSES, Purpose, StoredKey, new_key
from aerostic.security.derived import derived
from aerostic.security.errors import KeyDestroyedError, UnknownKeyError
from aerostic.security.providers import KeyProvider
from aerostic.security.store import KeyStore

SECONDS = 60.0


class Owned:
    """The keys of one owner, as they stood at one moment. Each is unwrapped when it is first used."""

    def __init__(self, provider: KeyProvider, keys: list[StoredKey], until: float) -> None:
        self.until = until
        self.ids = {key.id: key for key in keys}
        self.active = {key.purpose: key for key in keys if key.state == "active"}
        self.purposes = {key.purpose for key in keys}
        self._provider = provider
        self._ciphers: dict[bytes, AESGCM] = {}
        self._derived: dict[tuple[bytes, str], bytes] = {}

    def cipher(self, key_id: bytes) -> AESGCM:
        """What the data key of this id seals and opens with."""
        found = self._ciphers.get(key_id)
        if found is None:
            found = self._ciphers[key_id] = AESGCM(self._key(key_id, "data").unwrapped(self._provider))
        return found

    def derived(self, key_id: bytes, purpose: Purpose, use: str) -> bytes:
        """The key for one use of an index or audit key."""
        found = self._derived.get((key_id, use))
        if found is None:
            key = self._key(key_id, purpose).unwrapped(self._provider)
            found = self._derived[key_id, use] = derived(key, f"{purpose}:{use}")
        return found

    def _key(self, key_id: bytes, purpose: Purpose) -> StoredKey:
        key = self.ids.get(key_id)
        if key is None or key.purpose != purpose:
            raise UnknownKeyError(
                f"There is no {purpose} key {key_id.hex()} of this owner: was a backup of the database restored without it?"
            )
        return key


class Keyring:
    """Seals and opens for every owner; None is the platform.

    Args:
        provider: wraps and unwraps data keys.
        store: where they are kept, wrapped.
        clock: seconds, ever growing.
    """

    def __init__(self, provider: KeyProvider, store: KeyStore, clock: Callable[[], float] = monotonic) -> None:
        self.provider = provider
        self._store = store
        self._clock = clock
        self._owned: dict[UUID | None, Owned] = {}
        self._lock = Lock()
        self._swept = clock()

    def sealing(self, tenant_id: UUID | None) -> tuple[bytes, AESGCM]:
        """Id and cipher of the key that new values are sealed with.

        Raises:
            KeyDestroyedError: the owner's keys were destroyed.
            KeyMissingError: its key-encryption key is not here.
        """
        owned, key_id = self._active(tenant_id, "data")
        return key_id, owned.cipher(key_id)

    def opening(self, tenant_id: UUID | None, key_id: bytes) -> AESGCM:
        """The cipher that opens what was sealed under a key of this owner.

        Raises:
            KeyDestroyedError: it was destroyed.
            KeyMissingError: there is none of this id, or its key-encryption key is not here.
        """
        return self._holding(tenant_id, key_id).cipher(key_id)

    def index_key(self, tenant_id: UUID | None, column: str) -> bytes:
        """The HMAC key of one owner's blind index over `column`. It never changes: what is indexed has to be found again."""
        owned, key_id = self._active(tenant_id, "index")
        return owned.derived(key_id, "index", column)

    def audit_key_id(self, tenant_id: UUID | None) -> bytes:
        """The id of the key that proves an owner's acts."""
        return self._active(tenant_id, "audit")[1]

    def audit_key(self, tenant_id: UUID | None, key_id: bytes, use: str) -> bytes:
        """The key for one use in proving acts."""
        return self._holding(tenant_id, key_id).derived(key_id, "audit", use)

    def forget(self) -> None:
        """Read everything anew."""
        self._owned.clear()

    def _active(self, tenant_id: UUID | None, purpose: Purpose) -> tuple[Owned, bytes]:
        owned = self._current(tenant_id)
        while purpose not in owned.purposes:
            self._store.add([new_key(self.provider, tenant_id, one) for one in PURPOSES])
            owned = self._read(tenant_id, owned)
        key = owned.active.get(purpose)
        if key is None:
            raise KeyDestroyedError(
                f"The keys of the owner {tenant_id or 'platform'} were destroyed: its data is erased, and nothing new is"
                " sealed for it."
            )
        return owned, key.id

    def _holding(self, tenant_id: UUID | None, key_id: bytes) -> Owned:
        owned = self._current(tenant_id)
        return owned if key_id in owned.ids else self._read(tenant_id, owned)

    def _current(self, tenant_id: UUID | None) -> Owned:
        owned = self._owned.get(tenant_id)
        if owned is None or self._clock() >= owned.until:
            owned = self._read(tenant_id, owned)
        return owned

    def _read(self, tenant_id: UUID | None, known: Owned | None) -> Owned:
        """Read an owner's keys, unless another thread has done so meanwhile."""
        with self._lock:
            newer = self._owned.get(tenant_id)
            if newer is not None and newer is not known:
                return newer
            now = self._clock()
            self._drop_old(now)
            owned = Owned(self.provider, self._store.read(tenant_id), now + SECONDS)
            self._owned[tenant_id] = owned
            return owned

    def _drop_old(self, now: float) -> None:
        """Keep no key of owners that nobody asks for, which may be destroyed meanwhile."""
        if now >= self._swept + SECONDS:
            self._swept = now
            self._owned = {tenant_id: owned for tenant_id, owned in self._owned.items() if now < owned.until}
