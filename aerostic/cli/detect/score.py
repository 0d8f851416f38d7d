"""`aerostic detect score`: labelled streams through detection, and how well it did."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import click

from aerostic.cli.detect.labelled import Stream, open_stream
from aerostic.cli.detect.marking import Marks
from aerostic.cli.detect.quick import Replayed, replay
from aerostic.detection.contract import Detector

DAYS, TENANTS = 3, 300
REPORTED = "301-310"  # 1 to 20 are for tuning

Way = Callable[[int, Stream], Replayed]


def seeds_of(text: str) -> list[int]:
    """Seeds as people write them: `1,4,7-9`.

    Raises:
        click.BadParameter: that is none.
    """
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        try:
            found += range(int(first), int(last or first) + 1)
        except ValueError:
            raise click.BadParameter(f"{part!r} is no seed and no range of seeds: write 1,4,7-9") from None
    return found


def installed() -> list[Detector]:
    """Fresh detectors of all plugins, as the detection process would have them."""
    from aerostic.registry import load_registry
    from aerostic.settings import get_settings

    return [item.value for item in load_registry(get_settings()).declared("register_detectors")]


@click.command()
@click.option("--seeds", default=REPORTED, show_default=True, help="Which streams, such as 301-310 or 1,4.")
@click.option("--real", is_flag=True, help="Through the bus, a detection process and its flags, instead of in memory.")
@click.option("--days", default=DAYS, show_default=True, help="Length of a stream; the first day has no attacks.")
@click.option("--tenants", default=TENANTS, show_default=True, help="How many there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--save", is_flag=True, help="Keep the scores, for the detector scorecard.")
def score(seeds: str, real: bool, days: int, tenants: int, as_json: bool, save: bool) -> None:
    """Replay labelled streams and print recall, precision, time to detect and false actions.

    What is printed for seeds that detectors were tuned on proves nothing: the default ones were not used for that.
    """
    numbers, detectors = seeds_of(seeds), installed()
    if real:
        from aerostic.cli.detect.lived import living

        with living() as way:
            figures = run(numbers, days, tenants, way, detectors)
    else:
        figures = run(numbers, days, tenants, lambda _, stream: replay(stream, installed()), detectors)
    if save:
        from aerostic.cli.detect.saving import save_scores
        from aerostic.cli.processes import in_application

        with in_application():
            save_scores(figures, detectors, numbers)
    click.echo(json.dumps(figures) if as_json else "\n".join(_lines(figures)))


def run(seeds: Iterable[int], days: int, tenants: int, way: Way, detectors: Iterable[Detector]) -> dict[str, Any]:
    """The figures over some streams.

    Args:
        seeds: which.
        days, tenants: of each.
        way: takes a stream through detection.
        detectors: for what their kinds of evidence stand for.
    """
    marks = Marks({detector.family: detector.name.rpartition(".")[2] for detector in detectors})
    events, cpu, numbers = 0, 0.0, list(seeds)
    for seed in numbers:
        stream = open_stream(seed, days, tenants)
        done = way(seed, stream)
        marks.take(seed, stream, done.actions, days * tenants)
        events += done.events
        cpu += done.cpu
        click.echo(f"seed {seed}: {done.events} events, {len(done.actions)} actions", err=True)
    return {
        "seeds": numbers,
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "events": events,
        "cpu_us_per_event": round(1e6 * cpu / events, 1) if events else None,
        **marks.figures(),
    }


def _lines(figures: dict[str, Any]) -> Iterable[str]:
    yield f"{'family':<18}{'attacks':>8}{'recall':>8}{'actions':>9}{'precision':>11}{'p50 s':>8}{'p99 s':>8}"
    for name, one in figures["families"].items():
        numbers = (one[key] for key in ("attacks", "recall", "actions", "precision", "seconds_p50", "seconds_p99"))
        yield "{:<18}{:>8}{:>8}{:>9}{:>11}{:>8}{:>8}".format(name, *("-" if n is None else n for n in numbers))
        yield from (f"    missed: {missed}" for missed in one["missed"])
    yield f"false actions: {figures['false_actions']}, {figures['false_actions_per_tenant_day']} a tenant and day"
    yield f"on sale days of the largest tenants: {figures['on_sale_days']}"
    yield f"events: {figures['events']}, {figures['cpu_us_per_event']} us of CPU each"
