"""Parts of a JSON value are found by their path."""

import pytest
from aerostic_http.finding import NOTHING, find

VALUE = {"order": {"items": [{"price": 3}, {"price": 4}], "note": None}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("order.items.1.price", 4),
        ("", VALUE),
        ("order.items.9.price", NOTHING),
        ("order.nothing", NOTHING),
        ("order.note", None),
        ("order.note.x", NOTHING),
    ],
)
def test_a_part_is_found_or_nothing(path, found):
    assert find(VALUE, path) == found
