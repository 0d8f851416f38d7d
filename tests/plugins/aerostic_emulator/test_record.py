"""The record and the control API."""

import contextlib
import http.client
import json
import sqlite3
import urllib.request
from pathlib import Path

import pytest
from aerostic_emulator import seed
from aerostic_emulator.record import Message, Record
from aerostic_emulator.running import in_process, in_thread

from tests.plugins.aerostic_emulator.lab import Lab, in_lab


def message(n: int, phone_id: str = "p", second: int = 100) -> Message:
    return Message(f"wamid.{n}", phone_id, f"49{n}", "text", None, f"m{n % 3}", second + n / 10, "service", "read",
                   f"49{n}", "DE.1", f"+49{n}")  # fmt: skip


def test_the_record_counts_recipients_duplicates_and_seconds() -> None:
    record = Record()
    for n in range(4):
        record.add(message(n))
    record.add(message(20))
    counts = record.counts()
    assert (counts["accepted"], counts["unique_recipients"], counts["duplicates"]) == (5, 5, ["m0", "m2"])
    assert counts["per_second"] == {"p": {100: 4, 102: 1}}


def test_accepted_messages_are_listed_by_cursor() -> None:
    async def check(lab: Lab) -> None:
        for n in range(3):
            await lab.send_text(f"+4930{n}5550000", biz_opaque_callback_data=f"m{n}")
        first = await lab.control("GET", "record/messages?limit=2")
        second = await lab.control("GET", f"record/messages?limit=2&cursor={first['cursor']}")
        data = [row["biz_opaque_callback_data"] for row in first["data"] + second["data"]]
        assert (data, second["cursor"]) == (["m0", "m1", "m2"], None)

    in_lab(check, statuses=False)


def test_the_record_file_holds_every_message_and_settled_webhook(tmp_path: Path) -> None:
    record = Record(tmp_path / "var" / "record.sqlite")
    record.add(message(1))
    record.flush()
    record.clear()
    record.add(message(2))
    record.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "var" / "record.sqlite")) as file:
        rows = file.execute("SELECT wamid, recipient, callback_data FROM messages ORDER BY 1").fetchall()
    assert rows == [("wamid.1", "491", "m1"), ("wamid.2", "492", "m2")]


def test_a_reset_brings_the_default_world_back() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text()
        await lab.control(
            "POST", "seed", {"wabas": [{"id": "5"}], "numbers": [{"id": "6", "waba_id": "5", "phone": "1"}]}
        )
        seeded = [row["id"] for row in (await lab.control("GET", "state"))["wabas"]]
        await lab.control("POST", "reset", {})
        state = await lab.control("GET", "state")
        counts = await lab.control("GET", "record/counts")
        assert (seeded, [row["id"] for row in state["wabas"]], counts["accepted"]) == (
            [seed.WABA_ID, "5"], [seed.WABA_ID], 0
        )  # fmt: skip

    in_lab(check)


def test_a_mistake_in_a_control_request_is_explained() -> None:
    async def check(lab: Lab) -> None:
        answers = [
            await lab.control("PATCH", "config", {"colour": "blue"}),
            await lab.control("PATCH", "config", {"mix": {"vanished": 1}}),
            await lab.control("POST", "inbound", {"phone_number_id": "1", "from": "+49"}),
            await lab.control("GET", "nothing"),
            await lab.control("POST", "seed", {"planets": []}),
        ]
        assert [answer["error"] for answer in answers] == [
            "ValueError: unknown setting: colour",
            "ValueError: unknown outcome: vanished",
            "unknown: 1",
            "no control endpoint GET nothing",
            "ValueError: unknown section: planets",
        ]

    in_lab(check)


def test_any_event_can_be_announced() -> None:
    async def check(lab: Lab) -> None:
        value = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": seed.WABA_ID}}
        await lab.control("POST", "events", {"waba_id": seed.WABA_ID, "field": "account_update", "value": value})
        await lab.control("POST", f"numbers/{seed.PHONE_ID}", {"throughput": "HIGH"})
        await lab.settle()
        upgrade = {"display_phone_number": seed.PHONE, "event": "THROUGHPUT_UPGRADE"}
        assert lab.callback.values("account_update") == [value]
        assert lab.callback.values("phone_number_quality_update") == [upgrade]

    in_lab(check)


def get(url: str) -> dict:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def send_text(url: str) -> None:
    body = {"messaging_product": "whatsapp", "to": "+4915112345678", "text": {"body": "x"}}
    headers = {"Authorization": f"Bearer {seed.TOKEN}"}
    path = f"{url}/v24.0/{seed.PHONE_ID}/messages"
    urllib.request.urlopen(urllib.request.Request(path, json.dumps(body).encode(), headers)).close()


def test_a_process_resets_connections_too() -> None:
    body = json.dumps({"messaging_product": "whatsapp", "to": "+4930995000017", "text": {"body": "x"}})
    with in_process() as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
        connection.request("POST", f"/{seed.PHONE_ID}/messages", body, {"Authorization": f"Bearer {seed.TOKEN}"})
        with contextlib.closing(connection), pytest.raises(ConnectionError):
            connection.getresponse()
        kept = get(f"{url}/_emulator/record/messages")["data"]
    assert [message["outcome"] for message in kept] == ["reset_after:131047"]


def test_it_runs_in_a_thread() -> None:
    with in_thread() as url:
        assert get(f"{url}/_emulator/health")["ok"] is True


def test_it_runs_as_a_process_with_a_scenario_and_a_record(tmp_path: Path) -> None:
    scenario, record = tmp_path / "scenario.json", tmp_path / "record.sqlite"
    scenario.write_text(json.dumps({"config": {"outcome": "delivered"}}))
    with in_process("--scenario", str(scenario), "--record", str(record)) as url:
        assert get(f"{url}/_emulator/config")["outcome"] == "delivered"
        send_text(url)
        assert get(f"{url}/_emulator/idle") == {"idle": True}
        assert get(f"{url}/_emulator/record/counts")["last_status"] == {"failed:131047": 1}
    with contextlib.closing(sqlite3.connect(record)) as file:
        assert file.execute("SELECT count(*) FROM messages").fetchone() == (1,)
