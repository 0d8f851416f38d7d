"""Webhooks: who gets them, in which batches, signed, posted and tried again.

Sources: webhooks/overview, webhooks/create-webhook-endpoint, webhooks/override.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
from dataclasses import dataclass
from typing import Any

import aiohttp

from .clock import Clock, Timeline
from .config import Config
from .record import Record, Webhook
from .state import App, State

Change = dict[str, Any]


@dataclass(slots=True)
class Delivery:
    """A signed body on its way to one callback."""

    webhook: Webhook
    body: bytes
    headers: dict[str, str]
    attempts: int = 0


def encode(payload: dict[str, Any]) -> bytes:
    """Return a payload as Meta writes it: unicode and slashes escaped."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def sign(secret: str, body: bytes) -> str:
    """Return the `X-Hub-Signature-256` of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Postman:
    """Gathers changes into batches and posts them; a callback that does not answer 200 is tried again."""

    def __init__(self, config: Config, clock: Clock, state: State, record: Record, timeline: Timeline) -> None:
        """Prepare; nothing is posted before `start()`."""
        self._config, self._clock, self._state = config, clock, state
        self._record, self._timeline = record, timeline
        self._batches: dict[str, list[Change]] = {}
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._running = asyncio.Event()
        self._running.set()
        self._open = 0
        self._chance = random.Random(config.seed)  # noqa: S311 - it decides nothing secret
        self._workers: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open connections and start posting."""
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=self._config.webhook_timeout_s)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._config.webhook_connections)]

    async def stop(self) -> None:
        """Stop posting; what is still queued is dropped."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session:
            await self._session.close()

    def reset(self) -> None:
        """Drop batches and deliveries still to come, and resume."""
        self._batches.clear()
        while not self._queue.empty():
            self._queue.get_nowait()
        self._open = 0
        self.pause(False)

    def pause(self, paused: bool) -> None:
        """Hold deliveries back, or let them go on."""
        if paused:
            self._running.clear()
        else:
            self._running.set()

    @property
    def paused(self) -> bool:
        """Return whether deliveries are held back."""
        return not self._running.is_set()

    @property
    def idle(self) -> bool:
        """Return whether nothing is waiting to be posted."""
        return not self._open and not self._batches

    def gather(self, phone_id: str, change: Change) -> None:
        """Add a change about a number's messages to its batch; the batch leaves when full or after `batch_ms`."""
        batch = self._batches.get(phone_id)
        if batch is None:
            batch = self._batches[phone_id] = []
            if self._config.batch_size > 1:
                self._timeline.after(self._config.batch_ms / 1000, self._leave, phone_id, batch)
        batch.append(change)
        if len(batch) >= self._config.batch_size:
            self._leave(phone_id, batch)

    def announce(self, waba_id: str, field: str, value: dict[str, Any], phone_id: str = "") -> None:
        """Post one change at once; account and template fields carry the entry's time."""
        entry: dict[str, Any] = {"id": waba_id, "changes": [{"field": field, "value": value}]}
        if field != "messages":
            entry["time"] = int(self._clock.now())
        self._post(waba_id, field, entry, 1, phone_id)

    async def verify(self, url: str, token: str) -> bool:
        """Ask a callback to echo a challenge, as Meta does when it is configured."""
        if not self._config.verify_callbacks:
            return True
        challenge = str(int(self._clock.now() * 1000))
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._client().get(url, params=query) as answer:
                return answer.status == 200 and (await answer.text()) == challenge
        return False

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the emulator is not serving")
        return self._session

    def _leave(self, phone_id: str, batch: list[Change]) -> None:
        if self._batches.get(phone_id) is not batch:
            return
        del self._batches[phone_id]
        number = self._state.numbers.get(phone_id)
        if number is None:
            return
        changes = _merged(batch) if self._config.batch_shape == "statuses" else batch
        self._post(number.waba_id, "messages", {"id": number.waba_id, "changes": changes}, len(batch), phone_id)

    def _post(self, waba_id: str, field: str, entry: dict[str, Any], updates: int, phone_id: str) -> None:
        targets = self._targets(waba_id, field, phone_id)
        if not targets:
            return
        body = encode({"object": "whatsapp_business_account", "entry": [entry]})
        for app, url in targets:
            webhook = Webhook(field, url, updates, self._clock.now(), body=body if self._config.keep_bodies else None)
            headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(app.secret, body)}
            self._record.webhooks.append(webhook)
            self._enqueue(Delivery(webhook, body, headers))
            if self._chance.random() < self._config.duplicate_posts:
                self._enqueue(Delivery(webhook, body, headers))

    def _enqueue(self, delivery: Delivery) -> None:
        """Queue a delivery, after a random delay where one is wanted: that is what puts posts out of order."""
        self._open += 1
        low, high = self._config.post_delay_ms
        if high:
            wait = (low + (high - low) * self._chance.random()) / 1000
            self._timeline.after(wait, self._queue.put_nowait, delivery)
        else:
            self._queue.put_nowait(delivery)

    def _targets(self, waba_id: str, field: str, phone_id: str) -> list[tuple[App, str]]:
        """Return the callbacks of a change: the number's override, else the account's, else the app's."""
        waba = self._state.wabas.get(waba_id)
        number = self._state.numbers.get(phone_id)
        targets = []
        for app_id, override in (waba.subscriptions if waba else {}).items():
            app = self._state.apps.get(app_id)
            if app is None or (app.fields and field not in app.fields):
                continue
            url = app.callback_url
            if field == "messages":
                url = (number.callback_url if number else "") or override or url
            if url:
                targets.append((app, url))
        return targets

    async def _work(self) -> None:
        while True:
            delivery = await self._queue.get()
            await self._running.wait()
            await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        webhook = delivery.webhook
        delivery.attempts += 1
        webhook.attempts += 1
        webhook.answered = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._client().post(webhook.url, data=delivery.body, headers=delivery.headers) as answer:
                await answer.read()
                webhook.answered = answer.status
        if webhook.answered != 200 and delivery.attempts <= len(self._config.retry_s):
            wait = self._config.retry_s[delivery.attempts - 1]
            self._timeline.after(wait, self._queue.put_nowait, delivery)
            return
        self._open = max(0, self._open - 1)
        self._record.settle(webhook)


def _merged(batch: list[Change]) -> list[Change]:
    """Return the batch as one change with many statuses; `contacts` holds each person once."""
    value = {**batch[0]["value"], "statuses": [], "contacts": []}
    for change in batch:
        value["statuses"] += change["value"].get("statuses", [])
        value["contacts"] += [c for c in change["value"].get("contacts", []) if c not in value["contacts"]]
    if not value["contacts"]:
        del value["contacts"]
    return [{"field": "messages", "value": value}]
