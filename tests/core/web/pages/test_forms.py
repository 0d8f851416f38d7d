"""Forms: what was typed is held to a model, kept, and answered field by field."""

from datetime import date
from typing import Annotated, Literal

import pytest
from flask import Flask
from pydantic import BaseModel, Field, field_validator
from werkzeug.datastructures import MultiDict

from aerostic.web.pages.forms import Form


class Party(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=10)]
    guests: Annotated[int, Field(ge=1, le=5)] = 1
    day: date | None = None
    tags: list[str] = []
    loud: bool = False
    size: Literal["small", "large"] = "small"
    note: str = "none"

    @field_validator("note")
    @classmethod
    def _polite(cls, note: str) -> str:
        if note == "rude":
            raise ValueError("Say it kindly.")
        return note


@pytest.fixture(autouse=True)
def _request(app: Flask):
    with app.test_request_context(base_url="https://app.localhost"):
        yield


def sent(*pairs: tuple[str, str]) -> Form[Party]:
    return Form(Party, MultiDict(pairs))


def test_a_form_that_is_only_shown_is_neither_valid_nor_wrong():
    form = Form(Party, None, initial={"name": "Ada"})
    assert (form.valid, form.errors, form.status) == (False, {}, 200)
    assert (form.shown("name"), form.shown("guests"), form.shown("day")) == ("Ada", 1, "")


def test_what_was_sent_becomes_the_model():
    form = sent(("name", " Ada "), ("guests", "3"), ("day", "2026-05-01"), ("tags", "a"), ("tags", "b"), ("loud", "1"))
    assert form.value == Party(name="Ada", guests=3, day=date(2026, 5, 1), tags=["a", "b"], loud=True)


def test_a_box_that_is_not_ticked_is_no_and_a_field_left_empty_is_not_given():
    form = sent(("name", "Ada"), ("day", ""), ("guests", ""))
    assert form.value == Party(name="Ada", guests=1, day=None, loud=False)


def test_a_text_that_was_emptied_is_empty():
    assert sent(("name", "Ada"), ("note", "")).value.note == ""


@pytest.mark.parametrize(
    ("pairs", "field", "message"),
    [
        ((), "name", "This is needed. Fill it in."),
        ((("name", "A"),), "name", "This is too short: at least 2 characters."),
        ((("name", "A" * 11),), "name", "This is too long: at most 10 characters."),
        ((("name", "Ada"), ("guests", "many")), "guests", "Enter a whole number."),
        ((("name", "Ada"), ("guests", "9")), "guests", "Enter 5 or less."),
        ((("name", "Ada"), ("size", "huge")), "size", "Choose one of those that are offered."),
        ((("name", "Ada"), ("note", "rude")), "note", "Say it kindly."),
        ((("name", "Ada"), ("day", "someday")), "day", "Enter a date."),
    ],
)
def test_each_mistake_has_its_words_at_its_field(pairs, field, message):
    form = sent(*pairs)
    assert (form.errors, form.status, form.valid) == ({field: message}, 422, False)


def test_what_was_typed_is_kept_though_it_is_wrong():
    form = sent(("name", "A"), ("guests", "many"), ("tags", "x"), ("loud", "1"))
    assert [form.shown(name) for name in ("name", "guests", "tags", "loud")] == ["A", "many", ["x"], True]


def test_a_view_can_say_what_is_wrong():
    form = sent(("name", "Ada"))
    form.fail("name", "This name is taken.")
    assert (form.valid, form.errors) == (False, {"name": "This name is taken."})
    with pytest.raises(ValueError, match="not valid"):
        _ = form.value


def test_what_no_column_can_hold_is_left_out():
    form = sent(("name", "A\0da"), ("note", "\0"))
    assert (form.value.name, form.shown("name"), form.value.note) == ("Ada", "Ada", "")
