"""Local times in named zones, on the days when clocks change too."""

from datetime import UTC, datetime

import pytest
from aerostic_campaigns.verdicts import CampaignError
from aerostic_campaigns.zones import moment


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2026, 7, 1, 9), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        # Clocks go from 02:00 to 03:00: 02:30 is skipped and becomes 03:30.
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # Clocks go from 03:00 back to 02:00: 02:30 comes twice, the first is in summer time.
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, fold=1), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_a_moment(local: datetime, utc: datetime) -> None:
    assert moment(local, "Europe/Berlin") == utc


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "CEST+2"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(CampaignError, match="no time zone"):
        moment(datetime(2026, 7, 1), zone)


def test_a_time_with_an_offset_of_its_own_is_refused() -> None:
    with pytest.raises(CampaignError, match="without an offset"):
        moment(datetime(2026, 7, 1, tzinfo=UTC), "Europe/Berlin")
