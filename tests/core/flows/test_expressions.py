"""Expressions give what they say, and nothing else can be done with one."""

import contextlib
import functools
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.flows import expressions
from aerostic.flows.expressions import LONGEST, ExpressionError, check, evaluate, preview, render

VALUES: dict[str, Any] = {
    "contact": {"first_name": "Ada", "tags": ["vip", "new"], "visits": 3},
    "message": {"text": "Hi {{ contact.first_name }}"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no braces", "no braces"),
        ('Hi {{ contact.first_name | default("there") }}!', "Hi Ada!"),
        ('Hi {{ contact.nickname | default("there") }}!', "Hi there!"),
        ("{{ contact.a.b.c }}", ""),
        ("{{ contact.visits + 1 }}", 4),
        ("{{ contact.visits }}{{ contact.visits }}", "33"),
        ("{{ contact.visits > 2 and 'vip' in contact.tags }}", True),
        ("{{ contact.tags }}", ["vip", "new"]),
        ("tags: {{ contact.tags | join }}", "tags: vip, new"),
        ("{{ '007' }}", "007"),
        ("{{ message.text }}", "Hi {{ contact.first_name }}"),
        ("{{ 'a' if contact.visits == 3 else 'b' }}", "a"),
        ("{{ '1.5' | round }}", 2),
        ("{{ '1.256' | round(2) }}", 1.26),
        ("{{ contact.items }}", ""),
        ("{{ message.keys }}", ""),
        ("{{ contact.tags[1] }}{{ contact.tags[9] }}", "new"),
        ("{{ contact['first_name'][0] }}", "A"),
        ("{{ [contact.nickname, 1] }}", ["", 1]),
        ("{{ contact.nickname == '' and contact.nickname is empty }}", True),
        ("{{ 'x' in contact.nickname }}", False),
        ("{{ 'a' ~ contact.visits ~ contact.nickname }}", "a3"),
        ("{{ 1 < contact.visits < 4 and not contact.nickname }}", True),
        ("{{ -contact.visits // 2 }}", -2),
        ("{# {{ contact.visits }} #}", "{# 3 #}"),
        ("{{ '2026-01-02T10:00:00+00:00' | date('short', 'Europe/Berlin', 'de') }}", "02.01.26, 11:00"),
    ],
)
def test_an_expression_gives_its_value_in_its_own_type(text: str, value: Any):
    assert evaluate(text, VALUES) == value


def test_in_a_text_every_value_is_written_as_people_read_it():
    assert render("{{ contact.visits > 2 }}", VALUES) == "true"
    assert render("{{ contact.tags }}", VALUES) == '["vip","new"]'


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.__class__ }}",
        "{{ contact['__class__'] }}",
        "{{ contact[contact.first_name] }}",
        "{{ contact.first_name.upper() }}",
        "{{ ''.join(contact.tags) }}",
        "{{ range(10) }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ contact | attr('first_name') }}",
        "{{ contact | tojson }}",
        "{{ _self }}",
        "{{ ''.__class__ }}",
        "{{ contact.tags | map('upper') }}",
        "{{ contact.visits is sameas(1) }}",
        "{{ '%s' | format(contact) }}",
        "{{ contact.visits | default(*contact.tags) }}",
        "{% raw %}x{% endraw %}",
        "{{ " + "9" * 4_000 + " }}",
        "{{ " + "not " * 1_000 + "1 }}",
        "{% for tag in contact.tags %}{{ tag }}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{{ {'a': 1} }}",
        "{{ contact.tags[0:1] }}",
        "{{ unclosed",
        "{{ " + "(" * 300 + "1" + ")" * 300 + " }}",
        "x" * (LONGEST + 1) + "{{ 1 }}",
        "{{ " + " + ".join("1" * 1 for _ in range(150)) + " }}",
    ],
)
def test_what_is_more_than_an_expression_cannot_be_read(text: str):
    with pytest.raises(ExpressionError):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ contact.tags * 1000000000 }}",
        "{{ 999999999999 * 999999999999 }}",
        "{{ 1 / 0 }}",
        "{{ contact.first_name - 1 }}",
        "{{ ('" + "a" * 200 + "' | replace('a', '" + "b" * 200 + "')) }}",
        "{{ 'x' | date }}",
        "{{ 0 < nothing }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '1e999999999' | int + ('1e9999999' | round) }}",
        "{{ '1e-999999' | number }}",
        "{{ 'NaN' | round }}",
        "{{ 1 | number('tlh') }}",
        "{{ '2026-01-02' | date('short', 'America') }}",
        "{{ '2026-01-02' | date('short', '../../etc/passwd') }}",
        "{{ contact.visits | round('many') }}",
    ],
)
def test_what_cannot_be_worked_out_or_would_be_too_large_is_an_error(text: str):
    began = time.process_time()
    with pytest.raises(ExpressionError):
        evaluate(text, VALUES)
    assert time.process_time() - began < 1


@given(st.text(alphabet="{}%|.()[]'\"_ abcxyz0159+-*/~<>=", max_size=60))
def test_any_text_is_either_worked_out_or_refused(text: str):
    try:
        value = evaluate("{{" + text + "}}", VALUES)
    except ExpressionError:
        return
    assert len(str(value)) < 20_000


def test_the_names_that_a_text_asks_for_are_known():
    assert check("{{ contact.name }} {{ vars.x | default(steps.a.b) }}") == {"contact", "vars", "steps"}


LARGE: dict[str, Any] = {
    "wide": "\U0001f600" * 16_000,
    "words": "ß," * 8_000,
    "list": ["ab cd"] * 700,
    "huge": "x" * 2_000_000,
    "many": ["y" * 1_000] * 5_000,
    "deep": functools.reduce(lambda inner, _: [inner], range(900), []),
}


def longest(part: str, between: str = "", head: str = "{{ ", tail: str = " }}", most: int = 150) -> str:
    """As many of a part as an expression may have."""
    room = LONGEST - len(head) - len(tail)
    return head + between.join([part] * min(most, room // (len(part) + len(between)))) + tail


HOSTILE = [
    longest("wide", " ~ "),
    longest("words", " ~ "),
    longest("{{wide}}", "", "", ""),
    longest("wide", ",", "{{ [", "] }}"),
    longest("[wide,wide]", ",", "{{ [", "] | string }}", 40),
    longest("|upper", "", "{{ words"),
    longest("|title", "", "{{ words"),
    longest("|split|join", "", "{{ words", most=60),
    longest("words|split", ",", "{{ [", "] }}", 40),
    longest("wide|upper", ",", "{{ [", "] }}", 60),
    longest("|default(list)", "", "{{ list", most=60),
    longest("|replace('ß','a')|replace('a','ß')", "", "{{ words"),
    longest("|replace('a','aaaaaaaaaaaaaaaa')", "", "{{ 'a'", most=60),
    longest("{{'a'" + "|replace('a','aaaaaaaaaaaaaaaa')" * 3 + "}}", "", "", ""),
    longest("{{'2026-01-02'|date('" + "y" * 40 + "','Europe/Berlin')}}", "", "", ""),
    longest("{{1e17|number('ar')}}", "", "", ""),
    longest("999999999", " * "),
    longest("wide if words else ", tail="1 }}", most=60),
    longest("many == many", " and ", most=60),
    longest("'q' in huge", " or ", most=60),
    longest("not ", tail="1 }}"),
    longest("[", tail="1 }}", most=4_000),
    longest("(", tail="1" + ")" * 1_500 + " }}", most=1_500),
    longest("-", tail="1 }}", most=4_000),
    longest(".a", head="{{ wide"),
    "{{ wide" + "|" * 4_000,
    "{{" * 2_048,
    "{{" + "'" * 4_000,
    "{{ 0x" + "f" * 4_000 + " }}",
    "{{ huge }}",
    "{{ huge | upper }}",
    "{{ many | join }}",
    "{{ many }}",
    "{{ deep }}",
    "{{ deep | string }}",
    "{{ 'a' * 999999999 }}",
    "{{ 1.5 | round(999999999999) }}",
    "{{ words | truncate(999999999999999999) }}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_the_worst_takes_milliseconds_and_less_than_a_megabyte(text: str):
    assert len(text) <= LONGEST
    evaluate("{{ '2026-01-02' | date }}{{ 1 | number('ar') }}", {})  # languages and zones are read once a process
    took = min(seconds(text) for _ in range(3))  # what the collector of this process has to do falls upon one of them
    expressions._read.cache_clear()
    tracemalloc.start()
    try:
        work(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took < 0.05 and peak < 1_000_000, (took, peak)


def seconds(text: str) -> float:
    expressions._read.cache_clear()
    begun = time.process_time()
    work(text)
    return time.process_time() - begun


def work(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert len(str(evaluate(text, LARGE))) < 100_000


def test_a_preview_shows_the_text_or_where_it_goes_wrong():
    assert preview("Hi {{ contact.first_name }}", VALUES) == ("Hi Ada", "", 0, 0)
    text = "Hi {{ contact.first_name }}, {{ contact.first_name - 1 }}{{ '}}' }}"
    wrong = preview(text, VALUES)
    assert (wrong.text, text[wrong.start : wrong.end]) == ("", "{{ contact.first_name - 1 }}")
    unclosed = preview("{{ contact.first_name }} and {{ contact", VALUES)
    assert (unclosed.start, unclosed.end) == (29, 39)
    assert preview("{{ " + "1 + " * 150 + "1 }}", VALUES).error == expressions.TOO_LONG
