"""Known personal data and secrets, and the search for them in everything that somebody could read."""

import base64
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from psycopg import Connection, sql
from redis import Redis


@dataclass
class Canary:
    """What must not be found.

    Attributes:
        phones: in E.164.
        others: addresses, tokens and passwords.
    """

    phones: list[str]
    others: list[str]
    texts: dict[str, list[str]] = field(default_factory=dict)

    def needles(self) -> dict[str, str]:
        """Each form that a value may be found in, and the value."""
        found: dict[str, str] = {}
        for phone in self.phones:
            for plain in (phone[1:], phone[3:]):
                found |= dict.fromkeys([plain, *encoded(plain)], phone)
        for value in self.others:
            found |= dict.fromkeys([value, *encoded(value)], value)
        return found

    def sweep(self, texts: Mapping[str, str]) -> list[str]:
        """Where something is found: place, form and a little of what stands around it."""
        needles = self.needles()
        hits = []
        for place, text in texts.items():
            bare = re.sub(r"[ .\-()/\u00a0]", "", text)
            for needle, value in needles.items():
                at = text.find(needle)
                if at >= 0 or (value.startswith("+") and needle in bare):
                    hits.append(f"{place}: {value} as {needle}: {text[max(0, at - 60) : at + 60]!r}")
        return hits


def encoded(value: str) -> Iterator[str]:
    """Base64 of the value wherever it stands among other bytes (three alignments), and its bytes in hexadecimal."""
    raw = value.encode()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        # The first and last characters also depend on the neighbours.
        yield whole[4 if shift else 0 : len(whole) - 4]
    yield raw.hex()


def read_tables(admin: "Connection[tuple[str, ...]]") -> dict[str, str]:
    """Every row of every table, a text each table. Ciphertexts are hexadecimal in it."""
    tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    found = {}
    for (table,) in tables:
        rows = admin.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
        if rows:
            found[f"table {table}"] = "\n".join(row[0] for row in rows)
    return found


def read_redis(redis: Redis) -> dict[str, str]:
    """Every key and value; what RQ has compressed is opened."""
    found = {"redis keys": " ".join(_text(key) for key in redis.scan_iter("*"))}
    for key in redis.scan_iter("*"):
        kind = _text(redis.type(key))
        if kind == "string":
            values = [redis.get(key)]
        elif kind == "hash":
            values = [part for pair in redis.hgetall(key).items() for part in pair]
        elif kind == "list":
            values = redis.lrange(key, 0, -1)
        elif kind == "set":
            values = list(redis.smembers(key))
        elif kind == "zset":
            values = redis.zrange(key, 0, -1)
        else:
            values = [part for _, fields in redis.xrange(key) for pair in fields.items() for part in pair]
        found[f"redis {_text(key)}"] = "\n".join(_opened(value) for value in values)
    return found


def _opened(value: object) -> str:
    """RQ keeps a call compressed, and a failure's text in Base64 of what is compressed."""
    for form in (lambda raw: raw, base64.b64decode):
        with suppress(zlib.error, ValueError, TypeError):
            return _text(value) + "\n" + _text(zlib.decompress(form(value)))
    return _text(value)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def read_log(stream: io.StringIO) -> dict[str, str]:
    """The log so far."""
    return {"log": stream.getvalue()}
