"""Verifies an audit log that was downloaded. Needs Python 3.11 and nothing else: no other package, no network, no database.

    python verifier.py audit.jsonl --key KEY [--checkpoints kept.jsonl]

KEY is the platform's public key as you noted it down when you first saw it on the page of the audit log; without it, the key
in the file is used, which proves that the file is whole, but not whose it is. Checkpoints that you kept from earlier (of
`audit.checkpointed` events, or a whole older download) show whether the log was written anew or cut off since then.

The exit status is 0 when all is well, 1 when something is off, 2 when the file cannot be read.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

FORMAT = "audit.chain.1"
PREFIX = b"audit.checkpoint.1\n"

# Ed25519 as RFC 8032 describes it: points are x, y, z, x*y/z over the prime field P.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


class LogError(Exception):
    """What is off, in words."""


def add(one: Point, two: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """A point added to itself `factor` times."""
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add(result, point)
        point, factor = add(point, point), factor >> 1
    return result


def point_of(raw: bytes) -> Point | None:
    """The point that 32 bytes stand for."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `key`."""
    public, commitment = point_of(key), point_of(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or BASE is None or len(signature) != 64 or factor >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = times(factor, BASE)
    right = add(commitment, times(int.from_bytes(digest, "little") % ORDER, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


class Checkpoint:
    """A signed statement of where the log stood."""

    def __init__(self, line: dict[str, Any]) -> None:
        said = json.loads(line["body"])
        self.body, self.signature = line["body"], bytes.fromhex(line["signature"])
        self.chain, self.seq, self.key, self.before = said["chain"], said["seq"], said["key"], said["previous"]
        self.place = said["mac"], said["link"]

    def check(self, keys: dict[str, str]) -> None:
        """Check the signature."""
        key = bytes.fromhex(keys.get(self.key, ""))
        if not signed(key, PREFIX + self.body.encode(), self.signature):
            raise LogError(f"the signature of the checkpoint at entry {self.seq} is not the platform's")


class Log:
    """The log as it was read so far. `kept` are the checkpoints of it that somebody has from earlier."""

    def __init__(self, head: dict[str, Any], key: str) -> None:
        if head.get("format") != FORMAT:
            raise LogError(f"this is no log of the format {FORMAT}")
        self.keys = {name: one for name, one in head["keys"].items() if key in ("", one)}
        if not self.keys:
            raise LogError("the file names another public key than yours")
        self.chain = head["chain"]
        chain = bytes(16) if self.chain == "platform" else UUID(self.chain).bytes
        self.link, self.mac, self.seq, self.place = (
            hashlib.sha256(FORMAT.encode() + chain).digest(),
            "00" * 32,
            0,
            chain,
        )
        self.last: Checkpoint | None = None
        self.kept = dict[int, list[Checkpoint]]()

    def keep(self, line: dict[str, Any]) -> None:
        """Remember a checkpoint from earlier, if it is of this log."""
        one = Checkpoint(line)
        if one.chain == self.chain:
            one.check(self.keys)
            self.kept.setdefault(one.seq, []).append(one)

    def entry(self, line: dict[str, Any]) -> None:
        """Take the next entry."""
        if line["seq"] != self.seq + 1:
            raise LogError(f"entry {self.seq + 1} is missing: the next one is {line['seq']}")
        before, self.seq, self.mac = bytes.fromhex(self.mac), line["seq"], line["mac"]
        sealed = before + self.place + self.seq.to_bytes(8, "big") + UUID(line["id"]).bytes + line["body"].encode()
        self.link = hashlib.sha256(self.link + bytes.fromhex(self.mac) + sealed).digest()
        if any(one.place != (self.mac, self.link.hex()) for one in self.kept.get(self.seq, ())):
            raise LogError(f"the log was written anew: up to entry {self.seq} it is not what your checkpoint says")

    def checkpoint(self, line: dict[str, Any]) -> None:
        """Hold the log against a checkpoint that signs its newest entry."""
        one, before = Checkpoint(line), self.last
        if one.before != (hashlib.sha256(before.body.encode()).hexdigest() if before else ""):
            raise LogError(f"the checkpoint at entry {one.seq} does not follow the one before it")
        if (one.chain, one.seq, *one.place) != (self.chain, self.seq, self.mac, self.link.hex()):
            first = before.seq + 1 if before else 1
            raise LogError(f"entries {first} to {self.seq} are not those that were signed")
        self.last = one

    def end(self) -> int:
        """The number up to which the log is signed. Each checkpoint names the one before, so the last signature covers all."""
        if self.last:
            self.last.check(self.keys)
        if max(self.kept, default=0) > self.seq:
            raise LogError(f"entries {self.seq + 1} to {max(self.kept)} were cut off: you have a checkpoint of them")
        return self.last.seq if self.last else 0


def lines_of(path: str) -> Iterator[dict[str, Any]]:
    """The lines of a file."""
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def verify(path: str, key: str, kept: str) -> str:
    """Verify a file, and say how it is.

    Raises:
        LogError: something is off.
        OSError, ValueError, KeyError: it cannot be read.
    """
    lines = lines_of(path)
    log = Log(next(lines, {}), key)
    for line in lines_of(kept) if kept else ():
        if "signature" in line:
            log.keep(line)
    for line in lines:
        (log.checkpoint if "signature" in line else log.entry)(line)
    said = [f"{log.seq} entries of {log.chain}: whole, and signed up to entry {log.end()}"]
    if kept:
        said.append(f"{sum(map(len, log.kept.values()))} checkpoints that you kept say the same")
    if not key:
        said += ["the key is the file's own; compare it with the one you noted:", *log.keys.values()]
    return "\n".join(said)


def main() -> int:
    """Read the arguments, verify, and say how it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log")
    parser.add_argument("--key", default="", help="the platform's public key, 64 hexadecimal digits")
    parser.add_argument("--checkpoints", default="", help="a file with checkpoints that you kept, one a line")
    given = parser.parse_args()
    try:
        sys.stdout.write(verify(given.log, given.key.lower(), given.checkpoints) + "\n")
    except LogError as error:
        sys.stdout.write(f"NOT WHOLE: {error}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"the file cannot be read as a log: {error!r}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
