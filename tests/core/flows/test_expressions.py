"""Expressions give what they say, and nothing else can be done with one."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.flows.expressions import LONGEST, ExpressionError, check, evaluate, render

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
