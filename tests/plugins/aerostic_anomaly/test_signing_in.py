"""Wrong passwords: of people who forget, of offices on a Monday, and of attackers."""

from aerostic_anomaly.brute_force import BruteForce
from aerostic_anomaly.stuffing import Stuffing

from .watching import ABROAD, HOME, NOW, Watched, signin


def test_somebody_who_forgot_the_password_is_left_alone() -> None:
    tries = [signin(NOW + 30 * number, place=HOME, known=True) for number in range(12)]
    assert Watched(BruteForce()).each(tries).said == []


def test_fifteen_strange_tries_within_an_hour_are_enough_for_account_and_address() -> None:
    watched = Watched(BruteForce()).each(signin(NOW + 60 * number) for number in range(16))
    assert watched.highest("account", "ann") >= 0.9
    assert watched.highest("address", "abroad") >= 0.9


def test_a_dozen_tries_in_ten_seconds_are_enough_too() -> None:
    watched = Watched(BruteForce()).each(signin(NOW + 0.5 * number) for number in range(12))
    assert watched.highest("address", "abroad") >= 0.9


def test_many_addresses_on_one_account_give_the_account_away() -> None:
    tries = [signin(NOW + 20 * number, place=(f"a{number % 40}", "net", "BR")) for number in range(40)]
    watched = Watched(BruteForce()).each(tries)
    assert watched.highest("account", "ann") >= 0.9
    assert watched.highest("address", "a1") == 0.0


def test_coming_in_on_a_new_device_after_all_those_tries_is_told_of_the_user() -> None:
    watched = Watched(BruteForce()).each(signin(NOW + number) for number in range(11))
    watched.see(signin(NOW + 20, outcome="right", user="u1"))
    assert watched.highest("user", "u1") >= 0.9


def test_an_office_that_has_to_choose_new_passwords_is_left_alone() -> None:
    watched = Watched(Stuffing())
    for number in range(60):
        at = NOW + 30 * number
        watched.see(signin(at, f"person{number}", place=HOME))
        watched.see(signin(at + 9, f"person{number}", "right", HOME, user=f"u{number}"))
    assert watched.said == []


def test_ten_accounts_from_one_address_are_stuffing() -> None:
    watched = Watched(Stuffing()).each(signin(NOW + number, f"person{number}") for number in range(10))
    assert watched.highest("address", "abroad") >= 0.9


def test_accounts_that_nobody_has_count_one_by_one() -> None:
    watched = Watched(Stuffing()).each(signin(NOW + number, "") for number in range(10))
    assert watched.highest("address", "abroad") >= 0.9


def test_while_strangers_fail_everywhere_two_accounts_are_enough() -> None:
    botnet = [
        signin(NOW + number, f"p{number}", place=(f"a{number % 25}", f"n{number % 25}", "BR")) for number in range(60)
    ]
    watched = Watched(Stuffing()).each(botnet)
    assert watched.highest("address", "a3") >= 0.9


def test_behind_an_address_that_many_known_people_share_nobody_is_locked_out() -> None:
    watched = Watched(Stuffing())
    for number in range(6):
        watched.see(signin(NOW, f"known{number}", "right", ABROAD, known=True, user=f"u{number}"))
    watched.each(signin(NOW + number, f"person{number}") for number in range(30))
    assert 0.8 <= watched.highest("address", "abroad") < 0.9
