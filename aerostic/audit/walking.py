"""Walking along a chain and holding every entry against its MAC, its number and the one before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aerostic.audit.chain import START, chain_bytes, first_link, link, mac, mac_key, name_of
from aerostic.security.errors import KeyMissingError
from aerostic.words import N_

UNKNOWN = b"no key"
KINDS = {
    "missing": N_("Entries were removed."),
    "changed": N_("This is not what was written here: it was changed, or put in."),
    "moved": N_("This entry was written for another place: another number, or another chain."),
    "broken": N_("This entry does not follow the one before it."),
    "cut": N_("The newest entries were removed."),
    "head": N_("The mark of the newest entry was changed."),
    "checkpoint": N_("A signed checkpoint says otherwise: the chain was written anew."),
    "signature": N_("The signature of a checkpoint is not ours."),
    "key": N_("This entry was sealed with a key that is not known here."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is off in a chain.

    Args:
        chain: the tenant's id, or `platform`.
        seq: where: the number of the first entry that is concerned.
        kind: one of `KINDS`.
        detail: what was expected and found.
    """

    chain: str
    seq: int
    kind: str
    detail: str = ""


@dataclass(slots=True)
class Walk:
    """How far a walk came: the last entry's number, MAC and link, how many entries there were, and what was off.

    Args:
        tenant_id: whose chain; None for the platform's.
        seq: of the entry to begin behind; its `mac` and `link` are known then.
    """

    tenant_id: UUID | None
    seq: int = 0
    mac: bytes = START
    link: bytes = b""
    entries: int = 0
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        self.link = self.link or first_link(chain_bytes(self.tenant_id))

    def found(self, seq: int, kind: str, detail: str = "") -> None:
        """Note what is off; of each kind the first is enough."""
        if all(finding.kind != kind for finding in self.findings):
            self.findings += (Finding(name_of(self.tenant_id), seq, kind, detail),)

    def along(self, rows: Iterable[tuple[Any, ...]], marks: Iterable[int] = ()) -> Iterator[tuple[int, bytes, bytes]]:
        """Go along `rows` (as `reading.entries` gives them), and stop at each number of `marks` with its MAC and link."""
        chain, keys, wanted = chain_bytes(self.tenant_id), dict[str, bytes](), set(marks)
        for seq, entry_id, key_id, previous, stored, body in rows:
            key = keys.get(key_id) or keys.setdefault(key_id, self._key(seq, key_id))
            sound = mac(key, previous, chain, seq, entry_id, body) == stored
            if not sound or previous != self.mac or seq != self.seq + 1:
                self._explain(seq, sound, previous == self.mac)
            self.seq, self.mac, self.entries = seq, stored, self.entries + 1
            self.link = link(self.link, seq, entry_id, stored, body)
            if seq in wanted:
                yield seq, stored, self.link

    def _key(self, seq: int, key_id: str) -> bytes:
        try:
            return mac_key(self.tenant_id, key_id)
        except KeyMissingError:
            self.found(seq, "key", key_id)
            return UNKNOWN

    def _explain(self, seq: int, sound: bool, follows: bool) -> None:
        if seq != self.seq + 1:
            self.found(self.seq + 1, "missing", f"{self.seq + 1} to {seq - 1}")
            follows = True
        if not sound:
            self.found(seq, "changed" if follows else "moved")
        elif not follows:
            self.found(seq, "broken")
