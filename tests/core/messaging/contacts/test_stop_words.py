"""STOP and START."""

import pytest

from aerostic.messaging.contacts.stop_words import Word, meaning

STOPS = """STOP| stop. |Stop!|🛑 STOP 🛑|Stop promotions|SAIR|Não quero mais|nao quero mais|Baja|Désabonner
Abmelden|СТОП|إلغاء الاشتراك|बंद करें|退订|unsubscribe"""


@pytest.mark.parametrize("text", STOPS.replace("\n", "|").split("|"))
def test_a_stop_word_alone_is_an_opt_out(text: str) -> None:
    assert meaning(text) == Word.STOP


@pytest.mark.parametrize(
    "text",
    [
        "Please don't stop sending me offers",
        "stop by the shop?",
        "The bus stop",
        "non stop",
        "I will start tomorrow",
        "end of the month",
        "",
        "stop " * 20,
        "👍",
    ],
)
def test_a_sentence_with_such_a_word_is_an_ordinary_message(text: str) -> None:
    assert meaning(text) is None


def test_stop_all_and_start_are_told_apart() -> None:
    assert meaning("STOP ALL") == Word.STOP_ALL
    assert meaning("Start") == Word.START
    assert meaning("başlat") == Word.START
