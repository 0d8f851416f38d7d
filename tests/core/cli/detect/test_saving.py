"""Scores are kept for the scorecard: a row for each detector whose family of attacks was in the streams."""

from typing import Any

import pytest
from sqlalchemy import select

from aerostic.cli.detect.saving import save_scores
from aerostic.db import platform_scope, transaction
from aerostic.detection.contract import Detector
from aerostic.detection.models import DetectorScore

pytestmark = pytest.mark.usefixtures("app")


class Ten(Detector):
    """One whose attacks were in the streams."""

    name, version = "tests.ten", 3


class Other(Detector):
    """One of attacks that were in none."""

    name = "tests.other"


def family(attacks: int) -> dict[str, Any]:
    return {"attacks": attacks, "recall": 0.9, "precision": 1.0, "seconds_p50": 12.5, "seconds_p99": None}


def test_a_detector_is_scored_where_its_attacks_were() -> None:
    figures = {"families": {"ten": family(30), "other": family(0)}, "false_actions_per_tenant_day": 0.25}
    assert save_scores(figures, [Ten(), Other()], [301, 302]) == 1
    with transaction(platform_scope("tests")) as session:
        (row,) = session.scalars(select(DetectorScore)).all()
    assert (row.detector, row.version, row.attack, row.seeds) == ("tests.ten", 3, "ten", [301, 302])
    assert (row.recall, row.precision, row.false_actions) == (0.9, 1.0, 0.25)
    assert (row.seconds_p50, row.seconds_p99) == (12.5, None)
