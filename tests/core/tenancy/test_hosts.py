"""Hosts of resellers: named, proven by a TXT record, served; and not before, nor when the name servers are silent."""

import dns.exception
import dns.resolver
import pytest
from flask import Flask

from aerostic.db import reseller_scope, transaction
from aerostic.tenancy import hosts
from aerostic.tenancy.hosts import (
    HostError,
    add_host,
    check_host,
    normal_host,
    proof_name,
    remove_host,
    reseller_of_host,
)
from aerostic.tenancy.models import Host
from tests.support.factories import make_reseller

NAME = "chat.brand.example"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (" Chat.Brand.example. ", NAME),
        ("https://chat.brand.example/x?y", NAME),
        ("chat.brand.example:8800", NAME),
        ("straße.example", "strasse.example"),
        ("tür.example", "xn--tr-xka.example"),
    ],
)
def test_a_name_is_kept_in_one_form(typed, host):
    assert normal_host(typed, "platform.example") == host


@pytest.mark.parametrize(
    "typed",
    ["", "localhost", "a b.example", "-a.example", "10.0.0.1", "a..example", "*.example", "app.platform.example",
     "platform.example", "x" * 64 + ".example"],
)  # fmt: skip
def test_what_is_no_name_or_one_of_ours_is_refused(typed):
    with pytest.raises(HostError):
        normal_host(typed, "platform.example")


def new_host(reseller_id, name=NAME):
    with transaction(reseller_scope(reseller_id)) as session:
        return add_host(session, reseller_id, name)


def look(host, lookup) -> tuple[bool, str]:
    with transaction(reseller_scope(host.reseller_id)) as session:
        found = session.get_one(Host, host.id)
        return check_host(session, found, lookup), found.trouble


def test_a_host_is_served_once_its_proof_is_seen(app: Flask):
    reseller = make_reseller()
    host = new_host(reseller.id)
    assert reseller_of_host(NAME) is None
    asked = []
    assert look(host, lambda name: asked.append(name) or ["v=spf1 -all", host.proof]) == (True, "")
    assert (asked, reseller_of_host(NAME)) == ([proof_name(NAME)], reseller.id)


def silent(name: str):
    raise dns.exception.Timeout


@pytest.mark.parametrize(
    ("lookup", "trouble"),
    [(lambda name: [], hosts.NOT_FOUND), (lambda name: ["", "x"], hosts.OTHER), (silent, hosts.SILENT)],
)
def test_without_the_proof_it_is_not_served(app: Flask, lookup, trouble):
    host = new_host(make_reseller().id)
    assert look(host, lookup) == (False, trouble)
    assert reseller_of_host(NAME) is None


def test_a_proven_host_outlives_silent_name_servers_and_ends_when_it_is_removed(app: Flask):
    host = new_host(make_reseller().id)
    look(host, lambda name: [host.proof])
    assert look(host, silent) == (True, hosts.SILENT)
    assert reseller_of_host(NAME) == host.reseller_id
    with transaction(reseller_scope(host.reseller_id)) as session:
        remove_host(session, session.get_one(Host, host.id))
    assert reseller_of_host(NAME) is None


def test_naming_somebody_elses_host_does_not_keep_them_from_it(app: Flask):
    squatter, owner = new_host(make_reseller().id), new_host(make_reseller().id)
    assert look(owner, lambda name: [owner.proof]) == (True, "")
    assert look(squatter, lambda name: [squatter.proof]) == (False, hosts.TAKEN)
    assert reseller_of_host(NAME) == owner.reseller_id


def test_a_reseller_names_a_host_once_and_twenty_at_most(app: Flask):
    reseller = make_reseller()
    for number in range(hosts.MOST_HOSTS):
        new_host(reseller.id, f"{number}.brand.example")
    for name in ("0.brand.example", "more.brand.example"):
        with pytest.raises(HostError):
            new_host(reseller.id, name)


def test_a_name_without_records_has_none_and_other_failures_are_told(monkeypatch):
    def fail(error):
        def resolve(*_arguments, **_named):
            raise error

        monkeypatch.setattr(dns.resolver, "resolve", resolve)

    fail(dns.resolver.NXDOMAIN())
    assert hosts.system_lookup(NAME) == []
    fail(dns.resolver.NoNameservers())
    with pytest.raises(dns.exception.DNSException):
        hosts.system_lookup(NAME)
