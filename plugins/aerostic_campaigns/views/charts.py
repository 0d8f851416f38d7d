"""The course of a campaign as a chart."""

from datetime import timedelta
from itertools import accumulate

from flask_babel import format_datetime
from flask_babel import gettext as _

from aerostic.sdk import Chart, Series

from ..results import Results

DAY = 86_400


def course(results: Results) -> Chart:
    """How many messages had come how far by when, in the reader's zone."""
    found = results.series
    if found is None:
        return Chart("line", [])
    form = "HH:mm:ss" if found.step < 60 else "HH:mm" if found.step * len(found.accepted) < DAY else "d MMM HH:mm"
    moments = [found.start + timedelta(seconds=found.step * (n + 1)) for n in range(len(found.accepted))]
    lines = (
        (_("Sent"), found.accepted, 8),
        (_("Delivered"), found.delivered, 2),
        (_("Read"), found.read, 5),
        (_("Replied"), found.replied, 4),
        (_("Failed"), found.failed, 6),
    )
    labels = [format_datetime(moment, form) for moment in moments]
    return Chart("line", labels, [Series(name, list(accumulate(data)), color) for name, data, color in lines])
