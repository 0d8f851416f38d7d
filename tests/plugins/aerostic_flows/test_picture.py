"""Small drawings of flows, on the pages where they are chosen."""

import re

from aerostic_flows.flows import LARGEST_PICTURED
from aerostic_flows.picture import picture
from flask import Flask

from aerostic.flows.document import Document
from tests.core.flows.nodes import KINDS
from tests.plugins.aerostic_flows.scenes import HERE, SET, Desk, document, visit

TWO = {
    "nodes": [
        {"id": "s", "kind": "test.start"},
        {"id": "a", "kind": "test.set", "at": {"x": 1_000, "y": 80}},
        {"id": "b", "kind": "gone.away", "off": True},
    ],
    "edges": [{"source": "s", "target": "a"}, {"source": "a", "target": "nowhere"}],
}


def test_each_node_stands_where_it_stands_on_the_canvas_and_ways_lead_between() -> None:
    drawn = str(picture(Document.of(TWO), KINDS))
    assert re.findall(r'<rect class="([\w-]+)" x="(\d+)" y="(\d+)"', drawn) == [
        ("pic-start", "0", "0"),
        ("pic-step", "1000", "80"),
        ("pic-off", "0", "0"),
    ]
    assert re.findall(r' d="([^"]+)"', drawn) == ["M200 36C600 36 600 116 1000 116"]
    assert re.findall(r'viewBox="([^"]+)"', drawn) == ["-48 -134 1296 420"]


def test_of_an_empty_flow_there_is_none() -> None:
    assert picture(Document(), KINDS) == ""


def test_they_are_shown_in_the_gallery_in_the_list_and_on_the_flows_page(app: Flask) -> None:
    desk = Desk()
    flow = desk.draft()
    long = document({**SET, "config": {"name": "x", "value": "x" * LARGEST_PICTURED}}, edges="in>note")
    desk.draft("Long", long)
    client = visit(app, desk)
    counts = [client.get(f"{HERE}/{path}").text.count("flow-picture") for path in ("new", "", str(flow))]
    assert counts == [6, 1, 1]
