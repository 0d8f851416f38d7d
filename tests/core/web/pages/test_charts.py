"""Charts are data; sparklines are drawn by the server."""

import json

from aerostic.web.pages.charts import Chart, Series, sparkline


def test_a_chart_is_plain_json():
    chart = Chart("bar", ["Mon", "Tue"], [Series("Sent", [1, 2], 3)], stacked=True)
    assert json.loads(chart.to_json()) == {
        "kind": "bar",
        "labels": ["Mon", "Tue"],
        "series": [{"name": "Sent", "data": [1, 2], "color": 3}],
        "stacked": True,
    }
    assert (chart.empty, Chart("bar", ["Mon"], [Series("Sent", [0])]).empty) == (False, True)


def test_a_sparkline_runs_from_edge_to_edge():
    assert 'd="M0.0,34.0L60.0,2.0L120.0,34.0"' in sparkline([0, 4, 0])
    assert sparkline([1]) == ""
