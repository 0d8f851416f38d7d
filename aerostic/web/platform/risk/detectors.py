"""The scorecard: how well each version of each detector did on labelled streams, and what people said of its real decisions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.models import DetectorScore
from aerostic.detection.people.policies import ACTIVE, of_state
from aerostic.detection.people.verdicts import LATELY, suggested, tallies, tallies_of_families
from aerostic.registry import runtime
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.platform.risk.blueprint import CONSOLE, views

JUDGED = timedelta(days=90)
MOST = 2_000


@views.get("/risk/detectors")
@staff_only("platform")
def detectors() -> ResponseReturnValue:
    """All of them, by the latest run of each version; the versions of one as a line."""
    chosen = request.args.get("detector", "")
    with transaction(CONSOLE) as session:
        scores = _latest(session)
        found = {one.name: one for one in tallies(session, utcnow() - JUDGED)}
        families = tallies_of_families(session, utcnow() - LATELY)
        active = of_state(session, ACTIVE)
    newest = _newest(scores)
    names = sorted({one.detector for one in scores})
    chosen = chosen if chosen in names else ""
    return render(
        "platform/risk/detectors.html",
        installed=[one.value for one in runtime().registry.declared("register_detectors")],
        newest=newest,
        quality=_quality(newest),
        delay=_delay(newest),
        names=names,
        named=chosen,
        over_versions=_over_versions([one for one in scores if one.detector == chosen]),
        tallies=found,
        families=families,
        suggested=suggested(Policy.model_validate(active.document) if active else DEFAULT, families),
    )


def _latest(session: Session) -> Sequence[DetectorScore]:
    """Of each detector, version and family of attacks the latest run."""
    last = func.row_number().over(
        partition_by=(DetectorScore.detector, DetectorScore.version, DetectorScore.attack),
        order_by=(DetectorScore.run_at.desc(), DetectorScore.id.desc()),
    )
    ranked = select(DetectorScore.id, last.label("place")).subquery()
    query = select(DetectorScore).join(ranked, ranked.c.id == DetectorScore.id).where(ranked.c.place == 1)
    order = DetectorScore.detector, DetectorScore.attack, DetectorScore.version
    return session.scalars(query.order_by(*order).limit(MOST)).all()


def _newest(scores: Iterable[DetectorScore]) -> Sequence[DetectorScore]:
    """Of each detector and family of attacks the newest version."""
    found: dict[tuple[str, str], DetectorScore] = {}
    for one in scores:
        found[one.detector, one.attack] = one
    return list(found.values())


def _quality(scores: Sequence[DetectorScore]) -> Chart:
    return Chart(
        "hbar",
        [_label(one) for one in scores],
        [
            Series(_("Precision"), [one.precision or 0 for one in scores], 2),
            Series(_("Recall"), [one.recall or 0 for one in scores], 5),
        ],
    )


def _delay(scores: Sequence[DetectorScore]) -> Chart:
    timed = [one for one in scores if one.seconds_p50 is not None]
    return Chart(
        "hbar",
        [_label(one) for one in timed],
        [
            Series(_("Half of them within"), [one.seconds_p50 or 0 for one in timed], 2),
            Series(_("99 of 100 within"), [one.seconds_p99 or 0 for one in timed], 3),
        ],
    )


def _over_versions(scores: Sequence[DetectorScore]) -> Chart:
    """Means over the families of attacks, version by version."""
    versions: Mapping[int, list[DetectorScore]] = defaultdict(list)
    for one in scores:
        versions[one.version].append(one)
    order = sorted(versions)
    return Chart(
        "line",
        [_("Version %(number)s", number=version) for version in order],
        [
            Series(_("Precision"), [_mean(one.precision for one in versions[version]) for version in order], 2),
            Series(_("Recall"), [_mean(one.recall for one in versions[version]) for version in order], 5),
        ],
    )


def _label(one: DetectorScore) -> str:
    return f"{one.detector.rpartition('.')[2]} · {one.attack}"


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else 0.0
