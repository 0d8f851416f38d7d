"""The clock by which a contact lives: what it says itself, else its phone's, else the workspace's."""

import pytest

from aerostic.messaging.contacts.zones import zone_of


@pytest.mark.parametrize(
    ("fields", "phone", "workspace", "zone"),
    [
        ({}, "+491701234567", "UTC", "Europe/Berlin"),
        ({}, "+12125550123", "UTC", "America/New_York"),  # the area code tells
        ({}, "+5511987654321", "UTC", "America/Sao_Paulo"),
        ({"zone": " Asia/Tokyo "}, "+491701234567", "UTC", "Asia/Tokyo"),
        ({"zone": "Atlantis"}, "+491701234567", "UTC", "Europe/Berlin"),
        ({"zone": "../etc/passwd"}, "", "Europe/Paris", "Europe/Paris"),
        ({}, "", "Europe/Paris", "Europe/Paris"),
        ({}, "+999123", "Europe/Paris", "Europe/Paris"),
        ({}, "+61412345678", "Australia/Sydney", "Australia/Sydney"),  # a mobile of all of Australia
        ({}, "+61412345678", "UTC", "Australia/Adelaide"),
    ],
)
def test_a_contact_has_a_clock(fields: dict[str, str], phone: str, workspace: str, zone: str):
    assert zone_of(fields, phone, workspace) == zone
