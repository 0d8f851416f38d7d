"""Walking along a chain and holding every entry against its MAC, its number and the one before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from aerostic.audit.chain import START, Mac, chain_bytes, chain_mac, first_link, link, name_of
from aerostic.security.errors import KeyMissingError
from aerostic.words import N_

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

    def along(
        self, rows: Iterable[tuple[int, str, bytes, bytes]], marks: Iterable[int] = ()
    ) -> Iterator[tuple[int, bytes, bytes]]:
        """Go along `rows` (as `reading.entries` gives them), and stop at each number of `marks` with its MAC and link."""
        macs, wanted = dict[str, Mac](), set(marks)
        seq, last, digest = self.seq, self.mac, self.link
        for number, key_id, stored, sealed in rows:
            mac = macs.get(key_id) or macs.setdefault(key_id, self._mac(number, key_id))
            sound, follows = mac(sealed) == stored, sealed[:32] == last
            if not (sound and follows and number == seq + 1):
                self._explain(seq + 1, number, sound, follows)
            self.entries += 1
            seq, last, digest = number, stored, link(digest, stored, sealed)
            if seq in wanted:
                yield seq, stored, digest
        self.seq, self.mac, self.link = seq, last, digest

    def _mac(self, seq: int, key_id: str) -> Mac:
        try:
            return chain_mac(self.tenant_id, key_id)
        except KeyMissingError:
            self.found(seq, "key", key_id)
            return Mac(b"")

    def _explain(self, expected: int, seq: int, sound: bool, follows: bool) -> None:
        if seq != expected:
            self.found(expected, "missing", f"{expected} to {seq - 1}")
            follows = True
        if not sound:
            self.found(seq, "changed" if follows else "moved")
        elif not follows:
            self.found(seq, "broken")
