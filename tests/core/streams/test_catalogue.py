"""The event catalogue."""

import pytest

from aerostic.streams import CatalogueError, EventType, all_types, register
from aerostic.streams.catalogue import get


def test_every_core_event_says_what_it_means() -> None:
    assert [kind.name for kind in all_types() if not kind.description or not all(kind.data.values())] == []


def test_a_type_declared_again_in_the_same_words_is_no_change() -> None:
    before = all_types()
    known = get("wallet.low")
    register(EventType("wallet.low", known.description, dict(known.data), known.permission))
    assert all_types() == before


def test_a_type_declared_with_two_meanings_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"'wallet\.low' is declared twice"):
        register(EventType("wallet.low", "Something else."))


@pytest.mark.parametrize("name", ["delivered", "Message.delivered", "message.", "message delivered", ""])
def test_a_malformed_name_is_refused(name: str) -> None:
    with pytest.raises(CatalogueError, match="is no event name"):
        register(EventType(name, "."))


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"'no\.such' is not in the catalogue"):
        get("no.such")
