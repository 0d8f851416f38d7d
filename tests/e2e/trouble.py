"""Troubles that a campaign may meet. Each is given the running campaign and a source of chance, and returns what it did."""

import time
from collections.abc import Callable
from random import Random
from typing import Any

from tests.e2e.house import House
from tests.e2e.reckoning import Reckoning, Watch, reckon
from tests.e2e.shop import Shop, open_shop

Trouble = Callable[[Shop, Random], list[str]]
MIX = {
    "read": 0.5,
    "delivered": 0.25,
    "sent": 0.03,
    "failed:131026": 0.05,
    "sent_failed:131026": 0.03,
    "delivered_failed:131026": 0.03,
    "failed_delivered:131026": 0.03,
    "reordered": 0.03,
    "read_only": 0.03,
    "error:131047": 0.02,
}
# Answers that leave open whether the message was taken: some were, some were not.
DOUBTFUL = {"reset_after": 0.03, "lost_answer": 0.03, "late_answer": 0.03, "reset": 0.03, "no_answer": 0.03}
# Later than a lease lasts (15 s) and a process takes to start again on a busy machine.
LATE_MS = [18_000, 20_000]


def moments(shop: Shop, chance: Random, times: int) -> list[int]:
    """At which numbers of messages left something happens, in the order in which they come; never at the very end."""
    return sorted((chance.randint(shop.count // 10, shop.count * 9 // 10) for _ in range(times)), reverse=True)


def kills(name: str, times: int) -> Trouble:
    """SIGKILL for a process at random points."""

    def trouble(shop: Shop, chance: Random) -> list[str]:
        done = []
        for left in moments(shop, chance, times):
            shop.until_left(left)
            time.sleep(chance.random() * 0.3)
            shop.house.kill(name)
            done.append(f"{name} killed with {shop.left()} left")
        return done

    return trouble


def terminates(name: str, times: int) -> Trouble:
    """SIGTERM for a process at random points, as when a new version is brought out."""

    def trouble(shop: Shop, chance: Random) -> list[str]:
        for left in moments(shop, chance, times):
            shop.until_left(left)
            shop.house.terminate(name)
        return [f"{name} stopped {times} times"]

    return trouble


def an_owner_comes_back(shop: Shop, chance: Random) -> list[str]:
    """A lane worker stands still until another has taken its number over, then goes on as if nothing had happened."""
    with shop.house.another("worker", "--queues", "lanes"):
        left = chance.randint(shop.count // 3, shop.count * 2 // 3)
        shop.until_left(left)
        # The clock puts one job at a time into the queue of lanes, every five seconds.
        seconds = chance.uniform(8, 10)
        shop.house.freeze("lanes", seconds)
        shop.until_left(0)
    return [f"a lane worker came back after {seconds:.1f} s"]


def freezes(name: str, shortest: float, longest: float) -> Trouble:
    """SIGSTOP for a while."""

    def trouble(shop: Shop, chance: Random) -> list[str]:
        [left] = moments(shop, chance, 1)
        shop.until_left(left)
        seconds = chance.uniform(shortest, longest)
        shop.house.freeze(name, seconds)
        return [f"{name} stood still for {seconds:.1f} s"]

    return trouble


def all_of(*troubles: Trouble) -> Trouble:
    """One after the other, as far as the campaign goes."""
    return lambda shop, chance: [done for trouble in troubles for done in trouble(shop, chance)]


def supervisor_dies(shop: Shop, chance: Random) -> list[str]:
    """SIGKILL for the supervisor, and a new start."""
    [left] = moments(shop, chance, 1)
    shop.until_left(left)
    seconds = shop.house.restart()
    return [f"supervisor killed with {left} left, everything answered again after {seconds:.1f} s"]


def everything_dies(shop: Shop, chance: Random) -> list[str]:
    """SIGKILL for one process after another, in any order."""
    done = []
    for left in moments(shop, chance, 6):
        shop.until_left(left)
        name = chance.choice(("lanes", "stream", "hooks", "valkey", "postgres", "jobs", "cron"))
        shop.house.kill(name)
        done.append(f"{name} killed")
    return done


def faults(shop: Shop, chance: Random) -> list[str]:
    """The provider loses answers, breaks connections, is overloaded and is out, one after the other."""
    kinds: list[dict[str, Any]] = [
        {"kind": "drop_after", "count": 10},
        {"kind": "late", "count": 10, "delay_s": 3},
        {"kind": "reset_after", "count": 10},
        {"kind": "reset", "count": 10},
        {"kind": "error", "code": 130429, "count": 10},
        {"kind": "error", "code": 131000, "http": 500, "count": 10},
        {"kind": "status", "http": 503, "seconds": 0.5},
        {"kind": "status", "http": 429, "count": 10},
        {"kind": "slow", "delay_s": 1, "count": 20},
    ]
    chance.shuffle(kinds)
    for fault, left in zip(kinds, moments(shop, chance, len(kinds)), strict=True):
        shop.until_left(left)
        shop.house.emulator.fault(**fault, phone_number_id=shop.phone_id)
    return [str(fault["kind"]) for fault in kinds]


TROUBLES: dict[str, Trouble] = {
    "lanes killed": kills("lanes", 4),
    "stream killed": kills("stream", 3),
    "intake killed": kills("hooks", 3),
    "clock and jobs killed": all_of(kills("cron", 1), kills("jobs", 1)),
    "valkey killed": kills("valkey", 3),
    "valkey stands still": freezes("valkey", 1, 20),
    "postgresql killed": kills("postgres", 3),
    "postgresql stands still": freezes("postgres", 1, 12),
    "lanes stand still": freezes("lanes", 1, 10),
    "lanes taken over from one that comes back": an_owner_comes_back,
    "lanes stopped": terminates("lanes", 4),
    "everything stopped": all_of(terminates("stream", 1), terminates("hooks", 1), terminates("lanes", 1)),
    "stream stands still": freezes("stream", 1, 10),
    "everything killed": everything_dies,
    "supervisor killed": supervisor_dies,
    "provider in trouble": faults,
    "provider in trouble, everything killed": all_of(faults, everything_dies),
}


def meet(
    house: House,
    trouble: Trouble,
    seed: int,
    count: int,
    *,
    doubtful: bool = False,
    late: bool = False,
    pace: int = 150,
) -> Reckoning:
    """A campaign that meets a trouble, and the reckoning. What fails tells the seed to repeat it with.

    Args:
        doubtful: some answers leave open what became of the message.
        late: statuses come only when another worker may have taken over, so that they have doubts to resolve.
        pace: messages a second.
    """
    mix = MIX | DOUBTFUL if doubtful else MIX
    house.emulator.ask("POST", "reset", {})
    house.emulator.calm()
    house.emulator.behave(mix=mix, seed=seed, sent_ms=LATE_MS if late else [10, 50])
    shop = open_shop(house, count, pace)
    done: list[str] = []
    try:
        with Watch(shop) as watch:
            done = trouble(shop, Random(seed))
            house.emulator.calm()
            result = reckon(shop, watch)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, {done}: {error}\n{house.said()}") from error
    print(f"seed {seed}: {'; '.join(done)}; {result}")
    return result
