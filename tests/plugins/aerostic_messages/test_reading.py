"""Answers are read as what was asked for, and messages heard as what a trigger wants."""

import pytest
from aerostic_messages.asking import Question, read
from aerostic_messages.hearing import Hearing, MessageReceived


@pytest.mark.parametrize(
    ("expects", "said", "answer"),
    [
        ("text", " anything ", "anything"),
        ("text", "  ", None),
        ("email", "Ada@Example.org", "ada@example.org"),
        ("email", "ada at example", None),
        ("number", "1 200", 1200),
        ("number", "2,5", 2.5),
        ("number", "two", None),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "28.2.2026", "2026-02-28"),
        ("date", "30.2.2026", None),
        ("choice", "RED", "red"),
        ("choice", "blue", None),
    ],
)
def test_an_answer_is_read_as_what_was_asked_for(expects, said, answer):
    question = Question(text="?", expects=expects, choices=["red", "green"])
    assert read(question, {"text": said}) == answer


@pytest.mark.parametrize(
    ("which", "words", "message", "wanted"),
    [
        ("any", [], {"text": "hi"}, True),
        ("keyword", ["book a table"], {"text": "I want to BOOK a  table please"}, True),
        ("keyword", ["book"], {"text": "my facebook"}, False),
        ("button", [], {"choice": "yes"}, True),
        ("button", ["no"], {"choice": "yes"}, False),
        ("button", [], {"text": "yes"}, False),
        ("first", [], {"text": "hi", "first": True}, True),
        ("first", [], {"text": "hi", "first": False}, False),
    ],
)
def test_a_trigger_hears_what_it_wants(which, words, message, wanted):
    assert MessageReceived().wants({"message": message}, Hearing(which=which, words=words)) is wanted
