"""Pages and the API: what honest programs do, and what thieves do with keys and sessions."""

from aerostic_anomaly.brute_force import BruteForce
from aerostic_anomaly.forgery import Forgery
from aerostic_anomaly.key_abuse import KeyAbuse
from aerostic_anomaly.scraping import Scraping
from aerostic_anomaly.stuffing import Stuffing

from .watching import ABROAD, HOME, NOW, Watched, asked, event, signin, where

USER, KEY = {"user": "u"}, {"key": "k"}
DAY = 86_400.0


def polls(begin: float, count: int, place: tuple[str, str, str] = HOME) -> list:  # type: ignore[type-arg]
    return [asked(begin + 240 * number, KEY, "messages.list", place) for number in range(count)]


def test_somebody_who_answers_all_day_is_no_scraper() -> None:
    pages = [asked(NOW + 15 * number, USER, "conversation", object=f"o{number}") for number in range(200)]
    assert Watched(Scraping()).each(pages).said == []


def test_a_program_that_mirrors_a_list_is_no_scraper() -> None:
    asks = [asked(NOW + number, KEY, "contacts.get", object=f"o{number}") for number in range(600)]
    assert Watched(Scraping()).each(asks).said == []


def test_forty_pages_that_nothing_led_to_are_scraping() -> None:
    pages = [asked(NOW + 2 * number, USER, "contact", object=f"o{number}", referred=False) for number in range(45)]
    assert Watched(Scraping()).each(pages).highest("user", "u") >= 0.9


def test_guessing_what_there_is_is_scraping() -> None:
    asks = [
        asked(NOW + number, KEY, "contacts.get", object=f"o{number}", status=404 if number % 9 == 0 else 200)
        for number in range(80)
    ]
    assert Watched(Scraping()).each(asks).highest("key", "k") >= 0.9


def test_taking_every_kind_of_thing_is_scraping_without_a_single_miss() -> None:
    kinds = ("contacts.get", "messages.get", "campaigns.get", "templates.get")
    asks = [asked(NOW + number, KEY, kinds[number % 4], object=f"o{number}") for number in range(420)]
    assert Watched(Scraping()).each(asks).highest("key", "k") >= 0.9


def test_a_program_that_moves_house_is_left_alone() -> None:
    watched = Watched(KeyAbuse()).each(polls(NOW, 100))
    watched.each(polls(NOW + 100 * 240, 100, ABROAD))
    assert watched.highest("key", "k") < 0.75


def test_a_key_that_does_other_things_elsewhere_is_stolen() -> None:
    watched = Watched(KeyAbuse()).each(polls(NOW, 100))
    for number in range(30):
        endpoint = ("messages.create", "contacts.get", "numbers.list")[number % 3]
        watched.see(asked(NOW + 25_000 + 2 * number, KEY, endpoint, ABROAD))
    assert watched.highest("key", "k") >= 0.9


def test_a_key_used_from_many_networks_at_once_is_shared_around() -> None:
    watched = Watched(KeyAbuse()).each(polls(NOW, 40))
    for number in range(30):
        watched.see(asked(NOW + 10_000 + number, KEY, "messages.list", (f"a{number}", f"n{number % 8}", "DE")))
    assert watched.highest("key", "k") >= 0.9


def test_a_key_that_wakes_up_abroad_after_a_day_is_stolen() -> None:
    watched = Watched(KeyAbuse()).each(polls(NOW, 1))
    for number in range(20):
        watched.see(asked(NOW + 2 * DAY + number, KEY, ("messages.create", "contacts.get")[number % 2], ABROAD))
    assert watched.highest("key", "k") >= 0.9


def test_habits_outlast_a_restart() -> None:
    first = Watched(KeyAbuse()).each(polls(NOW, 100))
    second = Watched(KeyAbuse())
    second.detector.restore(first.detector.state())
    assert second.detector.state() == first.detector.state()
    for number in range(30):
        endpoint = ("messages.create", "contacts.get", "numbers.list")[number % 3]
        second.see(asked(NOW + 25_000 + 2 * number, KEY, endpoint, ABROAD))
    assert second.highest("key", "k") >= 0.9


def test_what_is_no_state_is_left() -> None:
    detector = KeyAbuse()
    detector.restore([["k", "yesterday"], 7])
    assert detector.state() == []


def test_programs_without_a_key_and_people_from_nowhere_are_nobody() -> None:
    """A signal about nobody is garbage: for it a detector would lose its other signals, and in the end rest."""
    nobody, nowhere = {"key": ""}, ("", "", "")
    places = [(f"a{number}", f"n{number}", "DE") for number in range(40)]
    asks = [
        asked(NOW + number, nobody, "contacts.get", place, object=f"o{number}", status=404)
        for number, place in enumerate(places)
    ]
    asks += [asked(NOW + 9_000 + number, nobody, "other", places[number % 40]) for number in range(80)]
    assert [Watched(detector).each(asks).said for detector in (KeyAbuse(), Scraping())] == [[], []]
    tries = [signin(NOW + number / 9, f"u{number}", place=nowhere) for number in range(40)]
    tries += [signin(NOW + 50 + number / 9, place=nowhere) for number in range(40)]
    said = [one for detector in (BruteForce(), Stuffing()) for one in Watched(detector).each(tries).said]
    assert {one.subject.kind for one in said} == {"account"}
    refused = [
        event("webhook.refused", NOW + n, **where(nowhere), channel="whatsapp", endpoint=f"e{n}", reason="unknown")
        for n in range(20)
    ]
    assert Watched(Forgery()).each(refused).said == []
