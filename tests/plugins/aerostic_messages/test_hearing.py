"""Which messages start a flow."""

from typing import Any

import pytest
from aerostic_messages.hearing import Hearing, MessageReceived
from aerostic_messages.keywords import holds


def wants(which: Any, words: list[str] | None = None, **message: Any) -> bool:
    return MessageReceived().wants({"message": message}, Hearing(which=which, words=words or []))


@pytest.mark.parametrize(
    ("said", "keyword"),
    [
        ("Hello!", "hello"),
        ("¿Cuándo llega mi pedido?", "mi PEDIDO"),
        ("cafe\u0301, por favor", "café"),
        ("STRASSE", "straße"),
        ("ΠΑΡΑΓΓΕΛΙΑ ΟΛΟΣ", "όλος".replace("ό", "ο")),
        ("مرحبا، كيف الحال", "مرحبا"),
        ("नमस्ते जी।", "नमस्ते"),
        ("我想退款谢谢", "退款"),
        ("ขอสั่งซื้อครับ", "สั่งซื้อ"),
        ("注文したい", "注文"),
        ("ＨＥＬＬＯ", "hello"),
        ("great👍🏽", "👍"),
        ("«Да», конечно", "да"),
    ],
)
def test_a_keyword_is_heard_in_any_language(said: str, keyword: str):
    assert holds(said, keyword)


@pytest.mark.parametrize(
    ("said", "keyword"),
    [
        ("unstoppable", "stop"),
        ("order my", "my order"),
        ("привет", "да"),
        ("नम", "नमस्ते"),
        ("anything", "?!"),
        ("", "x"),
    ],
)
def test_a_part_of_a_word_is_no_keyword(said: str, keyword: str):
    assert not holds(said, keyword)


def test_a_button_is_known_by_its_id_or_by_its_words():
    tapped = {"choice": "buy_1", "text": "Buy now"}
    assert [wants("button", [word], **tapped) for word in ("buy_1", "BUY NOW", "buy")] == [True, True, False]
    assert (wants("button", **tapped), wants("button", text="Buy now", choice="")) == (True, False)
    assert wants("keyword", ["buy"], **tapped)


def test_the_first_message_and_any_message():
    assert (wants("first", first=True), wants("first", first=False), wants("any", text="")) == (True, False, True)
