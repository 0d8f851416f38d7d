"""Which addresses are public, in every way to write the others."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.security.outbound.addresses import is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "157.240.1.1", "223.255.255.254", "2a03:2880::1", "2606:4700:4700::1111",
          "64:ff9b::8.8.8.8"]  # fmt: skip
CLOSED = {
    "loopback": ["127.0.0.1", "127.255.0.9", "::1"],
    "this network": ["0.0.0.0", "0.1.2.3", "::"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1", "fc00::1", "fec0::1"],
    "carriers": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
    "link-local": ["169.254.0.1", "fe80::1"],
    "metadata": ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "192.0.0.192", "168.63.129.16"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "4000::1", "5f00::1", "100::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "2001:2::1"],
    "mapped": ["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1", "::ffff:0:127.0.0.1"],
    "compatible": ["::10.0.0.1", "::8.8.8.8"],
    "6to4": ["2002:0a00:0001::1", "2002:0808:0808::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "NAT64": ["64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8"],
    "ISATAP": ["2a03:2880::5efe:10.0.0.1", "2a03:2880::200:5efe:192.168.0.1"],
    "zones": ["fe80::1%eth0", "2a03:2880::1%1"],
    "no address": ["", "shop.example", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "::1::"],
}
# An IPv6 address, given the IPv4 address in it.
WRAPS = {
    "mapped": lambda v4, rest: (0xFFFF << 32) | v4,
    "translated": lambda v4, rest: (0xFFFF << 48) | v4,
    "compatible": lambda v4, rest: v4,
    "6to4": lambda v4, rest: (0x2002 << 112) | (v4 << 80) | rest,
    "Teredo server": lambda v4, rest: (0x20010000 << 96) | (v4 << 64) | (rest & (2**64 - 1)),
    "Teredo client": lambda v4, rest: (0x20010000 << 96) | ((rest & (2**64 - 1)) << 32) | (v4 ^ 0xFFFFFFFF),
    "NAT64": lambda v4, rest: (0x0064FF9B << 96) | v4,
    "local NAT64": lambda v4, rest: (0x0064FF9B0001 << 80) | (rest & (2**48 - 1)) << 32 | v4,
    "ISATAP": lambda v4, rest: (0x2A03 << 112) | ((rest & (2**48 - 1)) << 64) | (0x00005EFE << 32) | v4,
}
NETWORKS = [
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
]
privates = st.sampled_from(NETWORKS).flatmap(
    lambda net: st.integers(0, 2 ** (32 - net[1]) - 1).map(lambda host: int(IPv4Address(net[0])) + host)
)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [address for group in CLOSED.values() for address in group])
def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


@given(st.sampled_from(sorted(WRAPS)), privates, st.integers(0, 2**80 - 1))
def test_no_private_address_is_reached_by_an_ipv6_address_that_holds_it(wrap: str, private: int, rest: int) -> None:
    assert not is_public(str(IPv6Address(WRAPS[wrap](private, rest))))


@given(st.ip_addresses(v=6))
def test_nothing_outside_of_global_unicast_is_public(address: IPv6Address) -> None:
    assert not is_public(str(address)) or int(address) >> 125 == 1 or int(address) >> 32 == 0x64FF9B << 64
