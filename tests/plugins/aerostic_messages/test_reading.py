"""Answers are read as what was asked for, in the contact's language, and messages heard as what a trigger wants."""

from datetime import UTC, datetime

import pytest
from aerostic_messages.hearing import Hearing, MessageReceived
from aerostic_messages.reading import Asked, read

NOW = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
GERMAN, AMERICAN, BRITISH = ({"language": one} for one in ("de", "en_US", "en_GB"))


@pytest.mark.parametrize(
    ("expects", "said", "contact", "answer"),
    [
        ("text", " anything ", {}, "anything"),
        ("text", "  ", {}, None),
        ("email", " Ada@Example.ORG", {}, "Ada@example.org"),
        ("email", "ada at example", {}, None),
        ("email", "ada@@example.org", {}, None),
        ("number", "1.234,5", GERMAN, 1234.5),
        ("number", "1,234.5", AMERICAN, 1234.5),
        ("number", "1.234", GERMAN, 1234),
        ("number", "1.234", AMERICAN, 1.234),
        ("number", "1.234", {"country": "BR"}, 1234),
        ("number", "1.234,5", AMERICAN, 1234.5),
        ("number", "2,5", AMERICAN, 2.5),
        ("number", "2,50", GERMAN, 2.5),
        ("number", "1 200", {}, 1200),
        ("number", "1\u202f200", {"language": "fr"}, 1200),
        ("number", "1\u2019200", {"language": "de", "country": "CH"}, 1200),
        ("number", "\u0663\u0664", {"language": "ar"}, 34),
        ("number", "-3", {}, -3),
        ("number", "1.2.3", {}, None),
        ("number", "two", {}, None),
        ("number", "1e5", {}, None),
        ("number", "NaN", {}, None),
        ("number", "9" * 30, {}, None),
        ("date", "2026-02-28", {}, "2026-02-28"),
        ("date", "28.2.2026", GERMAN, "2026-02-28"),
        ("date", "30.2.2026", GERMAN, None),
        ("date", "3. Mai 2026", GERMAN, "2026-05-03"),
        ("date", "May 3rd, 2026", AMERICAN, "2026-05-03"),
        ("date", "Sonntag, 3. May 2026", GERMAN, "2026-05-03"),
        ("date", "3 de maio de 2026", {"country": "BR"}, "2026-05-03"),
        ("date", "2026\u5e745\u67083\u65e5", {"language": "ja"}, "2026-05-03"),
        ("date", "5/3/2026", AMERICAN, "2026-05-03"),
        ("date", "5/3/2026", BRITISH, "2026-03-05"),
        ("date", "5/3/2026", {"language": "en", "country": "GB"}, "2026-03-05"),
        ("date", "28/2/2026", AMERICAN, "2026-02-28"),
        ("date", "3.5.26", GERMAN, "2026-05-03"),
        ("date", "3.5.85", GERMAN, "1985-05-03"),
        ("date", "3.5.", GERMAN, "2027-05-03"),
        ("date", "28.11.", GERMAN | {"zone": "Asia/Tokyo"}, "2026-11-28"),
        ("date", "27.11.", GERMAN | {"zone": "Asia/Tokyo"}, "2027-11-27"),
        ("date", "29. Februar", GERMAN, "2028-02-29"),
        ("date", "I cannot on 3 May", AMERICAN, None),
        ("date", "3 4 May", AMERICAN, None),
        ("date", "tomorrow", AMERICAN, None),
        ("choice", "RED", {}, "red"),
        ("choice", "blue", {}, None),
    ],
)
def test_an_answer_is_read_as_what_was_asked_for(expects, said, contact, answer):
    assert read(expects, {"text": said}, Asked(contact, ["red", "green"], NOW)) == answer


def test_a_place_is_an_answer_of_its_own():
    place = {"latitude": 52.5, "longitude": 13.4}
    asked = Asked({}, [], NOW)
    assert read("location", {"text": "", "location": place}, asked) == place
    assert read("location", {"text": "Berlin"}, asked) is None


@pytest.mark.parametrize(
    ("which", "words", "message", "wanted"),
    [
        ("any", [], {"text": "hi"}, True),
        ("keyword", ["book a table"], {"text": "I want to BOOK a  table please"}, True),
        ("keyword", ["book"], {"text": "my facebook"}, False),
        ("keyword", ["hello"], {"text": "Hello!!"}, True),
        ("keyword", ["rendez-vous"], {"text": "un rendez vous"}, True),
        ("keyword", ["\U0001f44d"], {"text": "fine \U0001f44d"}, True),
        ("button", [], {"choice": "yes"}, True),
        ("button", ["no"], {"choice": "yes"}, False),
        ("button", [], {"text": "yes"}, False),
        ("first", [], {"text": "hi", "first": True}, True),
        ("first", [], {"text": "hi", "first": False}, False),
    ],
)
def test_a_trigger_hears_what_it_wants(which, words, message, wanted):
    assert MessageReceived().wants({"message": message}, Hearing(which=which, words=words)) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("hi", True), ("Hi! ", True), ("hi, I need help", False), ("oh hi", False)]
)
def test_a_keyword_may_have_to_be_all_that_is_said(text, wanted):
    assert (
        MessageReceived().wants({"message": {"text": text}}, Hearing(which="keyword", words=["hi"], whole=True))
        is wanted
    )
