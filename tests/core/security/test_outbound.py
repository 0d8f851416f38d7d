"""Addresses that people enter: public ones only."""

import socket

import pytest

from aerostic.security.outbound import UnsafeAddressError, check_public


def answering(address: str):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return lambda *arguments, **named: [(family, socket.SOCK_STREAM, 6, "", (address, 443))]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "100.64.0.1", "::ffff:10.0.0.1"]
)
def test_a_host_in_a_private_network_is_refused(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answering(address))
    with pytest.raises(UnsafeAddressError, match="private network"):
        check_public("https://api.example")


@pytest.mark.parametrize("url", ["http://api.example", "https://", "ftp://api.example", "api.example", ""])
def test_what_is_no_secure_address_is_refused(url):
    with pytest.raises(UnsafeAddressError, match="https://"):
        check_public(url)


def test_a_host_that_is_not_known_is_refused(monkeypatch):
    def nobody(*arguments, **named):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(UnsafeAddressError, match="not known"):
        check_public("https://api.example")


@pytest.mark.parametrize("address", ["157.240.1.1", "2a03:2880::1"])
def test_a_public_host_is_let_through(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answering(address))
    check_public("https://api.example/v24.0")
