"""Asking addresses: sites that answer well, and sites that mean harm."""

import asyncio
import gzip
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from aerostic.security.outbound import (
    AddressError,
    AnswerError,
    Client,
    Limits,
    NoAnswerError,
    OutboundError,
    check_public,
    fetch,
)
from aerostic.security.outbound.errors import KINDS, refused
from aerostic.security.outbound.resolving import look_up
from tests.core.security.outbound.site import NAME, OK, Authority, Names, ask, here, led_to, site

SOON = Limits(seconds=0.4)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def chunked(*lines: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\n"


def reason(call: Any) -> str:
    with pytest.raises(OutboundError) as caught:
        call()
    return caught.value.reason


def reason_at(url: str, names: Names | None = None, **values: Any) -> str:
    return reason(lambda: asyncio.run(Client(resolve=names or here(), **values).ask(url)))


def test_an_answer_is_taken_with_its_status_headers_and_body() -> None:
    said = b'HTTP/1.1 404 No\r\nX-Two: a\r\nX-Two: b\r\nSet-Cookie: secret=1\r\nContent-Length: 7\r\n\r\n{"a":1}'
    answer, _ = ask(said)
    assert (answer.status, answer.headers, answer.body) == (404, {"x-two": "a, b", "content-length": "7"}, b'{"a":1}')
    assert (answer.text, answer.json) == ('{"a":1}', {"a": 1})


def test_a_request_says_what_it_was_told_to_and_nothing_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    _, found = ask(OK, "/a?b=c", method="POST", headers={"X-Key": "k"}, body=b"hello")
    assert sorted(found.heads[0].decode().strip().split("\r\n")) == sorted([
        "POST /a?b=c HTTP/1.1", f"Host: {NAME}:{found.port}", "Accept: */*", "Accept-Encoding: gzip, deflate",
        "User-Agent: outbound/1", "Connection: close", "X-Key: k", "Content-Length: 5", "Content-Type: application/octet-stream",
    ])  # fmt: skip


def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"hello " * 100, mtime=0)
    answer, _ = ask(chunked(b"Content-Encoding: gzip", b"Connection: close") + packed)
    assert answer.text == "hello " * 100


@pytest.mark.parametrize(
    ("method", "headers"),
    [("CONNECT", {}), ("TRACE", {}), ("get", {}), ("GET", {"Host": "10.0.0.1"}), ("GET", {"content-length": "0"}),
     ("GET", {"X": "a\r\nY: b"}), ("GET", {"X Y": "a"}), ("GET", {"Proxy-Authorization": "a"}), ("GET", {"": "a"}),
     ("GET", {"X": "a" * 9000}), ("GET", {"Transfer-Encoding": "chunked"})],
)  # fmt: skip
def test_what_is_no_request_to_be_made_is_refused(method: str, headers: dict[str, str]) -> None:
    assert reason(lambda: ask(OK, method=method, headers=headers)) == "request"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "100.64.0.1", "::ffff:10.0.0.1"]
)
def test_a_host_in_a_private_network_is_refused(address: str) -> None:
    assert reason_at("https://api.example", Names(api_example=[[address]])) == "private"
    assert reason_at("https://api.example", Names(api_example=[["8.8.8.8", address]])) == "private"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]", "１０.０.０.１"]
)
def test_a_number_in_a_private_network_is_refused_and_nobody_looks_it_up(host: str) -> None:
    names = Names()
    assert (reason_at(f"https://{host}/", names), names.asked) == ("private", [])


def test_a_host_that_is_not_known_is_refused() -> None:
    assert reason_at("https://nobody.example/") == "unknown"


def test_the_very_address_that_was_checked_is_connected_to() -> None:
    """The name leads to this machine when it is asked a second time: nobody asks."""
    names = Names(api_example=[["93.184.216.34"], ["127.0.0.1"]])
    with pytest.raises(AssertionError, match=r"tried to reach 93\.184\.216\.34"):
        asyncio.run(Client(resolve=names).ask("https://api.example/"))
    assert names.asked == ["api.example"]


def test_a_name_that_is_bound_anew_for_a_redirect_is_refused() -> None:
    names = Names(shop_example=[["127.0.0.1"]], later_example=[["8.8.8.8"], ["10.0.0.1"]])

    async def run() -> None:
        async with site(led_to("https://later.example/")) as found:
            client = Client(frozenset({f"{NAME}:{found.port}"}), names)
            await client.check("https://later.example/")
            await client.ask(f"http://{NAME}:{found.port}/")

    assert reason(lambda: asyncio.run(run())) == "private"


def test_only_one_of_the_addresses_is_asked() -> None:
    async def run() -> tuple[int, int]:
        async with site(OK) as one, site(OK, address="127.0.0.2", port=one.port) as two:
            names = Names(shop_example=[["127.0.0.1"], ["127.0.0.2"]])
            await Client(frozenset({NAME}), names).ask(f"http://{NAME}:{one.port}/")
            return len(one.heads), len(two.heads)

    assert asyncio.run(run()) == (1, 0)


@pytest.mark.parametrize(
    ("place", "expected"),
    [("https://inner.example/", "private"), ("https://127.0.0.1:%d/x", "private"), ("http://10.0.0.1/", "scheme"),
     ("https://169.254.169.254/latest/meta-data/", "private"), ("https://[::1]/", "private"), ("//2130706433/", "spelling"),
     ("https://0x7f.1/", "spelling"), ("file:///etc/passwd", "scheme"), ("https://me:pw@shop.example/", "userinfo"),
     ("https://shop.example:22/", None), ("https://public.example:22/", "port"), ("/", "redirects"), ("", "redirects"),
     ("http://shop.example:%d/", "redirects")],
)  # fmt: skip
def test_where_a_site_leads_is_checked_like_the_first_address(place: str, expected: str | None) -> None:
    assert reason(lambda: ask(led_to(place))) == (expected or "port")


@pytest.mark.parametrize(("hops", "expected"), [(3, 200), (4, "redirects")])
def test_three_redirects_are_followed_and_no_more(hops: int, expected: Any) -> None:
    async def say(head: bytes, writer: asyncio.StreamWriter) -> None:
        step = int(head.split(b" ")[1].strip(b"/") or 0)
        writer.write(f"HTTP/1.1 302 Moved\r\nLocation: /{step + 1}\r\n\r\n".encode() if step < hops else OK)

    assert (ask(say)[0].status if expected == 200 else reason(lambda: ask(say))) == expected


def test_nobody_is_led_away_from_https(authority: Authority) -> None:
    async def run() -> None:
        async with site(led_to("http://shop.example/"), tls=authority.serving(NAME)) as found:
            client = Client(frozenset({NAME}), here(), authority.trusted())
            await client.ask(f"https://{NAME}:{found.port}/")

    assert reason(lambda: asyncio.run(run())) == "downgrade"


SECRETS = {"Authorization": "Bearer s", "Cookie": "a=b", "X-Api-Key": "s", "Accept": "text/html"}


@pytest.mark.parametrize(
    ("host", "kept"),
    [("shop.example", {"authorization", "cookie", "x-api-key", "accept"}), ("other.example", {"accept"})],
)
def test_secrets_stay_with_the_host_they_are_for(host: str, kept: set[str]) -> None:
    _, found = ask(led_to(f"http://{host}:%d/next"), headers=SECRETS)
    sent = {line.partition(b":")[0].decode().lower() for line in found.heads[1].split(b"\r\n")}
    assert sent & {name.lower() for name in SECRETS} == kept


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_redirected_post_keeps_its_body_only_where_it_is_told_to(status: int, method: str) -> None:
    _, found = ask(led_to("/next", status=status), method="POST", headers={"Content-Type": "text/plain"}, body=b"hello")
    assert found.heads[1].split(b" ")[0].decode() == method
    assert (b"content-length: 5" in found.heads[1].lower()) == (method == "POST")


def test_a_host_proves_its_name(authority: Authority, tmp_path: Path) -> None:
    def asked(name: str, trusted: Authority = authority, days: int = 30) -> str:
        async def run() -> str:
            async with site(OK, tls=authority.serving(name, days=days)) as found:
                client = Client(frozenset({NAME}), here(), trusted.trusted())
                return (await client.ask(f"https://{NAME}:{found.port}/")).text

        return asyncio.run(run())

    assert asked(NAME) == "hello"
    assert reason(lambda: asked("other.example")) == "certificate"
    assert reason(lambda: asked(NAME, Authority(tmp_path))) == "certificate"
    assert reason(lambda: asked(NAME, days=-1)) == "certificate"


def test_an_authority_that_the_system_does_not_know_is_refused(authority: Authority) -> None:
    async def run() -> None:
        async with site(OK, tls=authority.serving(NAME)) as found:
            await Client(frozenset({NAME}), here()).ask(f"https://{NAME}:{found.port}/")

    assert reason(lambda: asyncio.run(run())) == "certificate"


async def _forever(writer: asyncio.StreamWriter, piece: bytes) -> None:
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"H", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"a"),
    ],
)
def test_a_site_that_drips_is_left_in_time(start: bytes, piece: bytes) -> None:
    async def say(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await _forever(writer, piece)

    begin = time.monotonic()
    assert reason(lambda: ask(say, limits=SOON)) == "slow"
    assert time.monotonic() - begin < 2


def test_a_silent_name_server_is_left_in_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: let_go.wait(30) and [])
    begin = time.monotonic()
    assert reason(lambda: asyncio.run(Client().ask("https://api.example/", limits=SOON))) == "slow"
    assert time.monotonic() - begin < 2
    let_go.set()


def test_names_are_looked_up_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: answer)
    assert asyncio.run(look_up("api.example", 443)) == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (chunked(b"Content-Length: 2000000") + bytes(2_000_000), "large"),
        (chunked(b"Connection: close") + bytes(1_000_001), "large"),
        (chunked(b"Content-Encoding: gzip", b"Connection: close") + gzip.compress(bytes(50_000_000), mtime=0), "large"),
        (chunked(b"Content-Length: 10") + b"half", "broken"),
        (chunked(b"Transfer-Encoding: chunked") + b"5\r\nhel", "broken"),
        (
            chunked(b"Content-Encoding: gzip", b"Connection: close") + gzip.compress(b"hello" * 99, mtime=0)[:-4],
            "broken",
        ),
        (chunked(b"Content-Encoding: br", b"Connection: close") + b"x", "broken"),
        (chunked(b"X: " + b"a" * 20_000), "broken"),
        (chunked(*(b"X%d: y" % n for n in range(300))), "broken"),
        (b"SSH-2.0-OpenSSH\r\n", "broken"),
        (b"", "broken"),
    ],
)
def test_what_cannot_be_taken_is_left(said: bytes, expected: str) -> None:
    assert reason(lambda: ask(said)) == expected


def test_nobody_there_is_told_so() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert reason_at(f"http://{NAME}:{port}/", allowed=frozenset({NAME})) == "unreachable"


def test_an_error_holds_nothing_of_the_request_and_is_counted() -> None:
    before = refused.labels("private")._value.get()
    with pytest.raises(AddressError) as caught:
        asyncio.run(
            Client(resolve=here()).ask(
                "https://inner.example/hook?token=abcdef", headers={"Authorization": "Bearer abcdef"}
            )
        )
    assert str(caught.value) == "The address leads into a private network."
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert refused.labels("private")._value.get() == before + 1


def test_each_reason_is_of_one_kind() -> None:
    assert {kind for kind, _ in KINDS.values()} == {AddressError, NoAnswerError, AnswerError}


def test_the_platforms_own_client_knows_whom_the_operator_allows(app: Any) -> None:
    """The tests' settings allow 127.0.0.1; its port is anybody's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert reason(lambda: fetch(f"http://127.0.0.1:{port}/")) == "unreachable"
    check_public("http://127.0.0.1:1/")
    assert reason(lambda: check_public("http://127.0.0.2:1/")) == "scheme"
    assert reason(lambda: check_public("https://127.0.0.2/")) == "private"
