"""Charts as data, and the small lines of tiles drawn here, so that a page needs no script for them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from flask import Flask
from markupsafe import Markup

WIDTH, HEIGHT = 120.0, 36.0


@dataclass(frozen=True, slots=True)
class Series:
    """A line or a set of bars. `color` is one of the theme's eight, by its number from 1; in order when left out."""

    name: str
    data: Sequence[float]
    color: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: labels along its axis, series over them. Drawn by frontend/src/charts.ts; every chart has its table."""

    kind: Literal["line", "area", "bar", "hbar", "funnel", "donut", "heatmap"]
    labels: Sequence[str]
    series: Sequence[Series] = field(default_factory=tuple)
    stacked: bool = False

    def to_json(self) -> str:
        """For the attribute `data-chart`."""
        return json.dumps(asdict(self), default=str)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see."""
        return not any(any(series.data) for series in self.series)


def sparkline(values: Sequence[float]) -> Markup:
    """A small line without axes: says how something went, for those who see it; the number stands beside it."""
    if len(values) < 2:
        return Markup("")
    most, least = max(values), min(0.0, *values)
    span = (most - least) or 1.0
    step = WIDTH / (len(values) - 1)
    points = [
        f"{i * step:.1f},{HEIGHT - 2 - (value - least) / span * (HEIGHT - 4):.1f}" for i, value in enumerate(values)
    ]
    line = "M" + "L".join(points)
    return Markup(
        '<svg class="spark" viewBox="0 0 {w:.0f} {h:.0f}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="area" d="{line}L{w:.0f},{h:.0f}L0,{h:.0f}Z"/><path d="{line}"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, line=line)


def init_charts(app: Flask) -> None:
    """Let templates draw sparklines."""
    app.add_template_global(sparkline)
