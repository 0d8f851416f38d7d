"""A webhook in the intake stream: sealed for its tenant, with what is needed to open and to read it again."""

from dataclasses import dataclass, field
from uuid import UUID

from aerostic.security.envelope import Place, seal, unseal
from aerostic.security.vault import keyring

ID, TENANT, ACCOUNT, CHANNEL, BODY = b"id", b"tenant", b"account", b"channel", b"body"


class BrokenEntryError(ValueError):
    """An entry of the stream that was not written by our intake, or whose key is gone."""


@dataclass(frozen=True, slots=True)
class Received:
    """One webhook whose signature was good. `body` holds the raw bytes; they need not be JSON."""

    id: UUID
    tenant_id: UUID
    account_id: UUID
    channel: str
    body: bytes = field(repr=False)

    def to_fields(self) -> dict[bytes, bytes]:
        """As it stands in the stream."""
        place = Place("intake", "body", self.tenant_id, self.id)
        return {
            ID: self.id.bytes,
            TENANT: self.tenant_id.bytes,
            ACCOUNT: self.account_id.bytes,
            CHANNEL: self.channel.encode(),
            BODY: seal(keyring(), place, self.body),
        }

    @classmethod
    def from_fields(cls, fields: dict[bytes, bytes]) -> "Received":
        """Read and open what `to_fields` wrote.

        Raises:
            BrokenEntryError: a field is missing or malformed.
            SecurityError: the body does not open with our keys.
        """
        try:
            id_, tenant, account = (UUID(bytes=fields[name]) for name in (ID, TENANT, ACCOUNT))
            channel, sealed = fields[CHANNEL].decode(), fields[BODY]
        except (KeyError, ValueError) as error:
            raise BrokenEntryError(f"not an entry of the intake: {type(error).__name__}") from None
        return cls(id_, tenant, account, channel, unseal(keyring(), Place("intake", "body", tenant, id_), sealed))
