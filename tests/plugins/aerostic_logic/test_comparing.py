"""Values are compared as people mean it."""

import time

import pytest
from aerostic_logic.comparing import holds, is_pattern, matches


@pytest.mark.parametrize(
    ("operator", "value", "other", "expected"),
    [
        ("equals", " Yes ", "yes", True),
        ("differs", "yes", "no", True),
        ("contains", "I want PIZZA now", "pizza", True),
        ("lacks", "I want pizza", "pasta", True),
        ("begins", "Hello there", "hello", True),
        ("ends", "Hello there", "there", True),
        ("empty", "  ", "", True),
        ("empty", "[]", "", True),
        ("filled", "0", "", True),
        ("more", "10", "9", True),
        ("less", "10", "9", False),
        ("at_least", "2.50", "2.5", True),
        ("at_most", "two", "2", False),
        ("before", "2026-01-01", "2026-01-02T00:00:00+00:00", True),
        ("after", "soon", "2026-01-01", False),
        ("one_of", "b", "a, B, c", True),
        ("matches", "order A-17", r"[a-z]-\d+", True),
    ],
)
def test_a_comparison_holds_or_not(operator, value, other, expected):
    assert holds(operator, value, other) is expected


def test_a_pattern_that_would_take_for_ever_is_found_in_nothing():
    began = time.monotonic()
    assert matches(r"(a+)+$", "a" * 60 + "!") is False
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("pattern", "good"), [(r"\d+", True), ("(", False), ("[", False)])
def test_a_pattern_is_looked_at_before_it_is_used(pattern, good):
    assert is_pattern(pattern) is good
