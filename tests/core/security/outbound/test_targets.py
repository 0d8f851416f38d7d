"""Addresses as people write them: one spelling is taken, and what hides where it leads is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.security.outbound import OutboundError
from aerostic.security.outbound.targets import parse

REFUSED = {
    "scheme": ["http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example/", "", "shop.example",
               "//shop.example/", "https://", "https:///path", "javascript:alert(1)", "https:shop.example"],
    "spelling": ["https://2130706433/", "https://0x7f.0.0.1/", "https://0x7f000001/", "https://0177.0.0.1/",
                 "https://127.1/", "https://127.0.1/", "https://127.000.000.001/", "https://1.2.3.4.5/", "https://256.1.1.1/",
                 "https://shop.example./", "https://127.0.0.1./", "https://shop..example/", "https://.shop.example/",
                 "https://shop.example\\@10.0.0.1/", "https://shop.example /", " https://shop.example/",
                 "https://shop.example/\n", "https://shop\t.example/", "https://shop.example/\x00", "https://sh%6fp.example/",
                 "https://[::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[::1/", "https://[v1.x]/",
                 "https://shop\u200b.example/", "https://-shop.example/", "https://" + "a" * 64 + ".example/",
                 "https://shop.example/" + "a" * 4096, "https://shop,example/", "https://shop.0x1/"],
    "userinfo": ["https://me@shop.example/", "https://me:secret@shop.example/", "https://@shop.example/",
                 "https://shop.example:443@10.0.0.1/"],
    "port": ["https://shop.example:22/", "https://shop.example:25/", "https://shop.example:1023/",
             "https://shop.example:0/", "https://shop.example:65536/", "https://shop.example:+443/",
             "https://shop.example:4x3/"],
    "private": ["https://localhost/", "https://intranet/", "https://LOCALHOST:8443/"],
}  # fmt: skip
# What these stand for is a number, however it is written.
WIDE = ["https://１２７.０.０.１/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/"]
TAKEN = {
    "https://shop.example": "https://shop.example/",
    "https://SHOP.Example:443/A?b=C": "https://shop.example/A?b=C",
    "HTTPS://shop.example:8443/x": "https://shop.example:8443/x",
    "https://shop.example/#part": "https://shop.example/",
    "https://bücher.example/": "https://xn--bcher-kva.example/",
    "https://ＳＨＯＰ.example/": "https://shop.example/",
    "https://my_shop.example/": "https://my_shop.example/",
    "https://10.0.0.1#@shop.example/": "https://10.0.0.1/",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2A03:2880:0::1]/": "https://[2a03:2880::1]/",
    "https://shop.example/a%2Fb?c=%26": "https://shop.example/a%2Fb?c=%26",
    "https://shop.example?q=1": "https://shop.example/?q=1",
}
CASES = [(reason, url) for reason, urls in REFUSED.items() for url in urls]


@pytest.mark.parametrize(("reason", "url"), CASES, ids=[url[:40] for _, url in CASES])
def test_an_odd_address_is_refused(reason: str, url: str) -> None:
    with pytest.raises(OutboundError) as caught:
        parse(url, frozenset())
    assert caught.value.reason == reason


@pytest.mark.parametrize(("url", "whole"), TAKEN.items())
def test_an_ordinary_address_has_one_spelling(url: str, whole: str) -> None:
    assert str(parse(url, frozenset()).url) == whole


@pytest.mark.parametrize("url", WIDE)
def test_digits_of_other_scripts_are_digits(url: str) -> None:
    target = parse(url, frozenset())
    assert (target.host, target.numeric) == ("127.0.0.1", True)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("crm", "http://crm/"),
        ("crm:8080", "http://crm:8080/x"),
        ("10.0.0.5:81", "http://10.0.0.5:81/"),
        ("[fd12::1]", "https://[fd12::1]/"),
        ("localhost:8443", "https://localhost:8443/"),
    ],
)
def test_what_the_operator_allows_is_inside(allowed: str, url: str) -> None:
    assert parse(url, frozenset({allowed})).inside


@pytest.mark.parametrize("url", ["http://crm:8081/", "http://crm.example:8080/", "http://crm/", "http://xcrm:8080/"])
def test_and_nothing_beside_it(url: str) -> None:
    with pytest.raises(OutboundError):
        parse(url, frozenset({"crm:8080"}))


@given(st.text(max_size=60))
def test_whatever_is_written_is_taken_or_refused_and_never_anything_else(text: str) -> None:
    for url in (text, f"https://{text}", f"https://shop.example/{text}"):
        try:
            target = parse(url, frozenset())
        except OutboundError:
            continue
        assert target.url.raw_host == target.host
        assert target.url.scheme == "https"
