"""Scores are kept, so that the scorecard shows what became of a detector from version to version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aerostic.db import service_scope, transaction, utcnow
from aerostic.detection.contract import Detector
from aerostic.detection.models import DetectorScore


def save_scores(figures: Mapping[str, Any], detectors: Iterable[Detector], seeds: Sequence[int]) -> int:
    """Keep a row for each detector whose family of attacks was in the streams; how many.

    Args:
        figures: as `score.run` gives them.
        detectors: those that were scored.
        seeds: of the streams.
    """
    run_at, families = utcnow(), figures["families"]
    named = ((detector, detector.name.rpartition(".")[2]) for detector in detectors)
    rows = [
        DetectorScore(
            run_at=run_at,
            detector=detector.name,
            version=detector.version,
            attack=attack,
            seeds=list(seeds),
            precision=families[attack]["precision"],
            recall=families[attack]["recall"],
            false_actions=figures["false_actions_per_tenant_day"],
            seconds_p50=families[attack]["seconds_p50"],
            seconds_p99=families[attack]["seconds_p99"],
        )
        for detector, attack in named
        if attack in families and families[attack]["attacks"]
    ]
    with transaction(service_scope("detection")) as session:
        session.add_all(rows)
    return len(rows)
