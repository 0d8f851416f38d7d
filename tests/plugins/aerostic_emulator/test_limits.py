"""Rate limits, each on its own and each with its switch."""

from typing import Any

from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.limits import Limits

from tests.plugins.aerostic_emulator.lab import CUSTOMER, Lab, in_lab

NOW = 1_800_000_000.0


def test_a_number_takes_a_seconds_worth_at_once_and_then_its_rate() -> None:
    limits = Limits(Config())
    taken = [not limits.throughput_exceeded("p", "STANDARD", NOW + n / 1000) for n in range(2000)]
    assert (sum(taken[:80]), sum(taken)) == (80, 80 + 159)


def test_a_high_number_takes_a_thousand() -> None:
    limits = Limits(Config())
    assert sum(not limits.throughput_exceeded("p", "HIGH", NOW) for _ in range(1500)) == 1000


def test_a_pair_takes_45_at_once_and_one_more_every_six_seconds() -> None:
    limits = Limits(Config())
    burst = sum(not limits.pair_exceeded("p", "u", NOW) for _ in range(60))
    later = sum(not limits.pair_exceeded("p", "u", NOW + 12) for _ in range(60))
    assert (burst, later) == (45, 2)


def test_a_portfolio_reaches_as_many_users_as_its_tier_in_24_hours() -> None:
    limits = Limits(Config())
    reached = sum(not limits.reach_exceeded("b", "TIER_250", f"u{n}", NOW) for n in range(300))
    next_day = limits.reach_exceeded("b", "TIER_250", "u299", NOW + 24 * 3600 + 1)
    assert (reached, next_day) == (250, False)


def test_the_81st_message_of_a_moment_is_refused() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("PATCH", "config", {"throughput": {"STANDARD": 2}})
        codes = [await lab.refusal({"to": f"+4930{n}5550000", "text": {"body": "x"}}) for n in range(3)]
        assert codes == [0, 0, 130429]

    in_lab(check)


def test_the_46th_message_to_one_person_is_refused() -> None:
    async def check(lab: Lab) -> None:
        codes = [await lab.refusal({"text": {"body": "x"}}) for _ in range(46)]
        assert codes == [0] * 45 + [131056]

    in_lab(check, throughput_limit=False, statuses=False)


def test_past_the_messaging_limit_a_message_fails_later() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", f"numbers/{seed.PHONE_ID}", {"tier": "TIER_50"})
        for n in range(51):
            await lab.send_template(f"+4930{n:02d}995000002", seed.UTILITY, "Ada", "A-1")
        await lab.settle()
        assert (await lab.control("GET", "record/counts"))["last_status"] == {"sent": 50, "failed:131048": 1}

    in_lab(check)


def test_management_calls_are_counted_by_account() -> None:
    async def check(lab: Lab) -> None:
        calls = [await lab.call("GET", f"/{seed.WABA_ID}/phone_numbers") for _ in range(3)]
        assert [answer.get("error", {}).get("code") for _, answer in calls] == [None, None, 80007]

    in_lab(check, management_per_hour=2)


def test_limits_can_be_switched_off() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("PATCH", "config", {"throughput_limit": False, "pair_limit": False})
        codes = [await lab.refusal({"to": CUSTOMER, "text": {"body": "x"}}) for _ in range(100)]
        assert set(codes) == {0}

    in_lab(check, statuses=False)


def test_free_service_messages_run_out() -> None:
    async def check(lab: Lab) -> None:
        for _ in range(3):
            await lab.send_text()
            await lab.settle()
        kinds: list[Any] = [s["pricing"]["type"] for s in lab.callback.statuses() if s["status"] == "sent"]
        assert kinds == ["free_customer_service", "free_customer_service", "regular"]

    async def october(lab: Lab) -> None:
        # 1 October 2026 is when free-form messages begin to count.
        lab.emulator.world.clock.now = lambda: NOW  # type: ignore[method-assign]
        await check(lab)

    in_lab(october, free_service_messages=2)
