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


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(a|aa)+$", r"(a{1,1000}){1,1000}b", r"(a?){1000}a{1000}", r"(?R)", r"(?:(?R)|a)+b"]
)
def test_a_pattern_that_would_take_for_ever_is_found_in_nothing(pattern):
    began = time.process_time()
    assert matches(pattern, "a" * 4_000 + "!") is False
    assert time.process_time() - began < 2


@pytest.mark.parametrize(("pattern", "good"), [(r"\d+", True), ("(", False), ("[", False)])
def test_a_pattern_is_looked_at_before_it_is_used(pattern, good):
    assert is_pattern(pattern) is good
