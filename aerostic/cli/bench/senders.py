"""The two sides of `bench campaign`, each run as a process of its own: `python -m aerostic.cli.bench.senders lane|loop`.

`lane` is a real lane worker on the settings of the environment. `loop` is the reference: an aiohttp loop with the same
window that persists nothing. Both print one JSON object: seconds from the first to the last message, and CPU seconds.
"""

import asyncio
import json
import resource
import sys
import threading
import time
from typing import Any

import orjson
import uvloop
from aiohttp import ClientSession, ClientTimeout, TCPConnector

WINDOW = 256


async def loop(url: str, token: str, number: str, template: str, count: int) -> None:
    """Send `count` template messages, `WINDOW` at a time, reading the id of each answer."""
    left = iter(range(count))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connector = TCPConnector(limit=WINDOW)
    async with ClientSession(connector=connector, headers=headers, timeout=ClientTimeout(total=60)) as session:

        async def fly() -> None:
            for i in left:
                body = orjson.dumps(message(f"+1650{i:07d}", template, f"{i:032x}.1"))
                async with session.post(f"{url}/v24.0/{number}/messages", data=body) as answer:
                    orjson.loads(await answer.read())["messages"][0]["id"]

        await asyncio.gather(*(fly() for _ in range(WINDOW)))


def message(to: str, template: str, callback: str) -> dict[str, Any]:
    """A template message as the lane's channel sends it."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "biz_opaque_callback_data": callback,
        **content(template),
    }


def content(template: str) -> dict[str, Any]:
    """The content of a benchmark's message: a template with one variable."""
    body = {"type": "body", "parameters": [{"type": "text", "text": "Ada"}]}
    return {
        "type": "template",
        "template": {"name": template, "language": {"code": "en_US"}, "components": [body]},
    }


def lane(seconds: float) -> None:
    """Run a lane worker on the environment's settings, until told to stop."""
    from aerostic.app import create_app
    from aerostic.messaging.outbound.worker import LaneWorker, start

    stop = threading.Event()
    threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    with create_app().app_context():
        print("ready", flush=True)
        began = cpu()
        start(LaneWorker(seconds, stop, WINDOW))
    report(0.0, began)


def _stop_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def report(seconds: float, began: float) -> None:
    """Print what was measured."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu() - began, "peak_mb": peak}), flush=True)


def main() -> None:
    """Be the side that the first argument names."""
    if sys.argv[1] == "lane":
        lane(float(sys.argv[2]))
        return
    url, token, number, template, count = sys.argv[2:]
    began, start = cpu(), time.monotonic()
    uvloop.run(loop(url, token, number, template, int(count)))
    report(time.monotonic() - start, began)


if __name__ == "__main__":
    main()
