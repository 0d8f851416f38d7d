"""Values within JSON and addresses stay one value each."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.flows.expressions import ExpressionError
from aerostic.flows.filling import check_written, fill

WRITTEN = '{"a": "x {{ v }} y", "b": {{ v }}, "c": [{{ v }}, "\\"{{ v }}"], "n": {{ n }}}'


@given(st.text(max_size=40) | st.integers(-(10**6), 10**6) | st.lists(st.text(max_size=5), max_size=3) | st.booleans())
def test_whatever_the_values_are_json_has_the_form_that_was_written(value):
    check_written("json", WRITTEN)
    found = orjson.loads(fill("json", WRITTEN, {"v": value}))
    shown = fill("", "{{ v }}", {"v": value})
    assert found == {"a": f"x {shown} y", "b": value, "c": [value, f'"{shown}'], "n": ""}


@pytest.mark.parametrize(
    "written", ['{"a": {{ v }}', "{{ v }}{{ v }}", "{ {{ v }}: 1}", '"\\{{ v }}"', "{'a': 1}", "nonsense"]
)
def test_what_is_no_json_is_refused_where_it_is_written(written: str):
    with pytest.raises(ExpressionError):
        check_written("json", written)


@pytest.mark.parametrize(
    ("written", "value", "found"),
    [
        ("https://x.example/{{ v }}", "a/b?c#d e", "https://x.example/a%2Fb%3Fc%23d%20e"),
        ("https://x.example?q={{ v }}", "a&b=c", "https://x.example?q=a%26b%3Dc"),
        ("{{ v }}", "https://y.example/a?b=c", "https://y.example/a?b=c"),
        ("{{ v }}/{{ v }}", "https://y.example", "https://y.example/https%3A%2F%2Fy.example"),
        ("https://{{ v }}.example/", "shop", "https://shop.example/"),
    ],
)
def test_a_value_is_one_part_of_an_address(written: str, value: str, found: str):
    assert fill("address", written, {"v": value}) == found


def test_types_are_kept_at_any_depth():
    written = {"list": ["{{ v }}", {"x": "{{ v }}!"}], "n": 1}
    assert fill("typed", written, {"v": 2}) == {"list": [2, {"x": "2!"}], "n": 1}
