"""Who may use the control API and the page: this machine, and no page of another site."""

import asyncio
import re
from typing import Any

import pytest
from aerostic_emulator import guard, phone_stream, seed
from aerostic_emulator.phone_page import STATIC

from tests.plugins.aerostic_emulator.lab import Lab, in_lab

OURS = ("localhost", "localhost:8800", "emulator.localhost:8800", "127.0.0.1:1", "[::1]:80", "LOCALHOST")
FOREIGN = ("", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::1", "notlocalhost")


@pytest.mark.parametrize("host", OURS)
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert guard.is_local(host)


@pytest.mark.parametrize("host", FOREIGN)
def test_other_names_are_not(host: str) -> None:
    assert not guard.is_local(host)


async def status(lab: Lab, method: str, path: str, **headers: str) -> int:
    async with lab.session.request(
        method, lab.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    ) as answer:
        return answer.status


def test_a_name_that_was_made_to_point_here_is_refused() -> None:
    async def check(lab: Lab) -> None:
        paths = ["/", "/_phone/app.js", "/_emulator/chats", "/_emulator/stream", "/_emulator/health"]
        assert [await status(lab, "GET", path, Host="evil.example") for path in paths] == [403] * 5
        assert await status(lab, "POST", "/_emulator/reset", Host="evil.example") == 403

    in_lab(check)


def test_requests_of_other_sites_are_refused() -> None:
    async def check(lab: Lab) -> None:
        reset = "/_emulator/reset"
        answers = [
            await status(lab, "POST", reset, Origin="https://evil.example"),
            await status(lab, "POST", reset, Origin="null"),
            await status(lab, "POST", reset, Origin="http://app.localhost:8800", Host="emulator.localhost:8800"),
            await status(lab, "POST", reset, Sec_Fetch_Site="cross-site"),
            await status(lab, "GET", "/_emulator/chats", Sec_Fetch_Site="same-site"),
            await status(lab, "POST", reset, Origin="http://emulator.localhost:8800", Host="emulator.localhost:8800",
                         Sec_Fetch_Site="same-origin"),
            await status(lab, "POST", reset),
            await status(lab, "GET", "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate"),
            await status(lab, "GET", "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors"),
        ]  # fmt: skip
        assert answers == [403, 403, 403, 403, 403, 200, 200, 200, 403]

    in_lab(check)


def test_the_graph_stays_open_to_any_name() -> None:
    async def check(lab: Lab) -> None:
        answer = await lab.call("GET", f"/{seed.PHONE_ID}", headers={"Host": "graph.example"})
        assert answer[0] == 200

    in_lab(check)


def test_the_page_has_a_strict_policy_and_nothing_inline() -> None:
    async def check(lab: Lab) -> None:
        async with lab.session.get(lab.url + "/") as answer:
            policy, text = answer.headers["Content-Security-Policy"], await answer.text()
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert re.findall(r"\son\w+=|\sstyle=|<style|<script(?![^>]* src=)", text) == []
        assert await status(lab, "GET", "/_phone/../server.py") in (404, 401)
        assert await status(lab, "GET", "/_phone/nothing.js") == 404
        assert await status(lab, "POST", "/") == 404

    in_lab(check)


def test_no_script_makes_markup_out_of_text() -> None:
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function")
    assert [path.name for path in STATIC.glob("*.js") if dangerous.search(path.read_text())] == []


async def events(answer: Any, count: int) -> list[str]:
    """Return the names of the next events of a stream."""
    names: list[str] = []
    async with asyncio.timeout(5):
        while len(names) < count:
            line = (await answer.content.readline()).decode()
            if line.startswith("event: "):
                names.append(line.removeprefix("event: ").strip())
    return names


def test_the_stream_tells_of_the_watched_chat_and_of_others() -> None:
    async def check(lab: Lab) -> None:
        watched = f"{lab.url}/_emulator/stream?number={seed.PHONE_ID}&person=4930555000001"
        async with lab.session.get(watched) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            await answer.content.readline()
            await lab.send_text("+4930555000002")
            first = await events(answer, 1)
            await lab.send_text("+4930555000001")
            assert (first, await events(answer, 1)) == (["chats"], ["chat"])

    in_lab(check, statuses=False)


def test_a_page_that_left_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_stream, "HEARTBEAT_S", 0.01)

    async def check(lab: Lab) -> None:
        listeners = lab.emulator.world.chats.listeners
        async with lab.session.get(f"{lab.url}/_emulator/stream") as answer:
            await answer.content.readline()
            assert bool(listeners)
        async with asyncio.timeout(5):
            while listeners:
                await asyncio.sleep(0.01)

    in_lab(check, statuses=False)


def test_no_more_pages_listen_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_stream, "MOST_STREAMS", 0)

    async def check(lab: Lab) -> None:
        assert await status(lab, "GET", "/_emulator/stream") == 503

    in_lab(check)
