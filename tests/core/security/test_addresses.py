"""Networks: their usual form, what is in them, and as much of an address as may be kept."""

import pytest

from aerostic.security.addresses import coarse, is_within, networks


def test_networks_come_in_their_usual_form_each_once() -> None:
    typed = [" 203.0.113.7", "203.0.113.9/24", "203.0.113.0/24", "2001:DB8:0::/48"]
    assert networks(typed) == ["203.0.113.7/32", "203.0.113.0/24", "2001:db8::/48"]


@pytest.mark.parametrize("text", ["", "203.0.113", "203.0.113.7/33", "0x7f.1", "127.1", "a.example", "1"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        networks([text])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_of_an_address_its_network_is_kept(address: str, network: str) -> None:
    assert coarse(address) == network


def test_an_address_is_in_networks_of_its_own_kind() -> None:
    assert is_within("203.0.113.7", ["2001:db8::/48", "203.0.113.0/24"])
    assert not is_within("203.0.113.7", ["::/0"])
    assert not is_within("nonsense", ["0.0.0.0/0", "::/0"])
