"""A site on the loopback address that says exactly these bytes, and an authority that nobody else knows."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aerostic.security.outbound import Answer, Client, Limits

NAME = "shop.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
Say = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """What a site was asked: whole requests, as far as their heads."""

    port: int
    heads: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def site(
    say: bytes | Say, *, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    """Run one until the end of the block."""
    found = Site(port)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            found.heads.append(head)
            if isinstance(say, bytes):
                writer.write(say)
            else:
                await say(head, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, address, port, ssl=tls)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()


class Names:
    """A name server with these answers: a list, or lists to be given one after another."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.asked: list[str] = []
        self._answers = {name.replace("_", "."): list(given) for name, given in answers.items()}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        given = self._answers.get(host)
        if not given:
            raise OSError("no such name")
        return given.pop(0) if len(given) > 1 else given[0]


def here() -> Names:
    """Names of this machine."""
    return Names(shop_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]], inner_example=[["10.0.0.7"]])


def ask(say: bytes | Say, path: str = "/", *, limits: Limits | None = None, **request: object) -> tuple[Answer, Site]:
    """What comes back from a site that the operator allows, and what it was asked."""

    async def run() -> tuple[Answer, Site]:
        async with site(say) as found:
            client = Client(frozenset({f"{NAME}:{found.port}", f"other.example:{found.port}"}), here())
            url = f"http://{NAME}:{found.port}{path}"
            return await client.ask(url, limits=limits, **request), found  # type: ignore[arg-type]

    return asyncio.run(run())


def led_to(place: str, then: bytes = OK, *, status: int = 302) -> Say:
    """A site that leads on from `/`; `%d` stands for its port."""

    async def say(head: bytes, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        first = head.split(b" ")[1] == b"/"
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {place.replace('%d', str(port))}\r\nContent-Length: 0\r\n\r\n"
        writer.write(moved.encode() if first else then)

    return say


@dataclass
class Authority:
    """Signs certificates, kept in a folder."""

    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        build = self._begun(self._name, self._key.public_key(), days=30)
        build = build.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = self.folder / "authority.pem"
        signed = build.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def trusted(self) -> ssl.SSLContext:
        """For whoever trusts this authority, and no other."""
        return ssl.create_default_context(cafile=str(self.file))

    def serving(self, name: str, *, days: int = 30) -> ssl.SSLContext:
        """For a server of this name, with a certificate that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        build = self._begun(subject, key.public_key(), days=days)
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = build.add_extension(names, critical=False).add_extension(issuer, critical=False)
        file = self.folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + signed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        build = x509.CertificateBuilder(subject_name=subject, issuer_name=self._name, public_key=key)
        build = build.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        build = build.serial_number(x509.random_serial_number())
        return build.not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
