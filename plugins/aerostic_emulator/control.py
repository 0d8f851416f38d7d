"""The control API under `/_emulator/`: JSON in, JSON out, no token. The README lists every endpoint."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from . import console, inbound, outcomes, phone, seed, template_life
from .call import parse
from .errors import GraphError, NotFound
from .rules import known
from .world import World

Body = dict[str, Any]
Action = Callable[[World, str, Body, Any], Awaitable[Any]]
_LARGEST_PAGE = 10_000
_IDLE_S = 30.0


async def handle(world: World, request: web.BaseRequest, parts: list[str]) -> Any:
    """Answer one control request; a mistake in it is a 400 that says what is wrong."""
    name, argument = parts[0] if parts else "", "/".join(parts[1:])
    action = _ACTIONS.get((request.method, name))
    if action is None:
        return web.json_response({"error": f"no control endpoint {request.method} {name}"}, status=404)
    raw = await request.read()
    try:
        return await action(world, argument, parse(raw) if raw else {}, request.query)
    except NotFound as error:
        return web.json_response({"error": f"unknown: {error}"}, status=404)
    except GraphError as error:
        return web.json_response({"error": error.message}, status=400)
    except (ValueError, TypeError, KeyError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def _health(world: World, argument: str, body: Body, query: Any) -> Any:
    return {"ok": True, "accepted": len(world.record.messages), "now": world.clock.now()}


async def _reset(world: World, argument: str, body: Body, query: Any) -> Any:
    world.reset()
    seed.apply(world.state, world.config, seed.default_scenario())
    if not body.get("keep_record"):
        world.record.clear()
    seed.apply(world.state, world.config, body.get("scenario", {}))
    return {"ok": True}


async def _seed(world: World, argument: str, body: Body, query: Any) -> Any:
    seed.apply(world.state, world.config, body)
    return {"ok": True}


async def _state(world: World, argument: str, body: Body, query: Any) -> Any:
    state = world.state
    tables: dict[str, dict[str, Any]] = {
        "apps": state.apps,
        "wabas": state.wabas,
        "numbers": state.numbers,
        "businesses": state.businesses,
    }
    listing = {name: [asdict(node) for node in table.values()] for name, table in tables.items()}
    templates = [asdict(template) | {"shape": None} for template in state.templates.values()]
    reached = {business: world.limits.reached(business) for business in state.businesses}
    return listing | {"templates": templates, "media": list(state.media), "reached": reached}


async def _get_config(world: World, argument: str, body: Body, query: Any) -> Any:
    return world.config.as_dict()


async def _set_config(world: World, argument: str, body: Body, query: Any) -> Any:
    outcomes.check(body)
    world.config.update(body)
    return world.config.as_dict()


async def _add_fault(world: World, argument: str, body: Body, query: Any) -> Any:
    return asdict(world.faults.add(body, world.clock.now()))


async def _list_faults(world: World, argument: str, body: Body, query: Any) -> Any:
    return {"data": world.faults.listing()}


async def _drop_faults(world: World, argument: str, body: Body, query: Any) -> Any:
    world.faults.remove(int(argument) if argument else None)
    return {"ok": True}


async def _inbound(world: World, argument: str, body: Body, query: Any) -> Any:
    known(world.state.numbers, body["phone_number_id"])
    if not body.get("from") and not body.get("user_id"):
        raise ValueError("an inbound message needs 'from' or 'user_id'")
    return {"id": inbound.receive(world, body)}


async def _preferences(world: World, argument: str, body: Body, query: Any) -> Any:
    known(world.state.numbers, body["phone_number_id"])
    if body.get("value") not in ("stop", "resume"):
        raise ValueError("value must be 'stop' or 'resume'")
    inbound.prefer(world, body)
    return {"ok": True}


async def _template(world: World, argument: str, body: Body, query: Any) -> Any:
    template = known(world.state.templates, argument)
    if "category" in body:
        template_life.change_category(world, template, body["category"], bool(body.get("warn")))
    if "quality" in body:
        template_life.change_quality(world, template, body["quality"])
    if "status" in body:
        template_life.change_status(world, template, body["status"], body.get("reason", "NONE"))
    return {"id": template.id, "status": template.status, "category": template.category, "quality": template.quality}


async def _number(world: World, argument: str, body: Body, query: Any) -> Any:
    number = known(world.state.numbers, argument)
    for name, value in body.items():
        if name not in ("quality_rating", "throughput", "status", "name_status", "verified_name", "tier"):
            raise ValueError(f"unknown field: {name}")
        if name != "tier":
            setattr(number, name, value)
    if body.get("throughput") == "HIGH":
        value = {"display_phone_number": number.phone, "event": "THROUGHPUT_UPGRADE"}
        world.postman.announce(number.waba_id, "phone_number_quality_update", value)
    if "tier" in body:
        world.state.business_of(number.waba_id).tier = body["tier"]
        value = {"max_daily_conversations_per_business": body["tier"]}
        world.postman.announce(number.waba_id, "business_capability_update", value)
    return asdict(number)


async def _event(world: World, argument: str, body: Body, query: Any) -> Any:
    world.postman.announce(body["waba_id"], body["field"], body["value"], body.get("phone_number_id", ""))
    return {"ok": True}


async def _get_clock(world: World, argument: str, body: Body, query: Any) -> Any:
    return {"now": world.clock.now(), "offset_s": world.clock.offset}


async def _clock(world: World, argument: str, body: Body, query: Any) -> Any:
    world.clock.offset = float(body["offset_s"])
    return {"now": world.clock.now()}


async def _webhooks(world: World, argument: str, body: Body, query: Any) -> Any:
    world.postman.pause(bool(body["paused"]))
    return {"ok": True}


async def _idle(world: World, argument: str, body: Body, query: Any) -> Any:
    """Wait until no status, event or retry is to come; `idle` is false when `timeout` seconds were not enough."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + float(query.get("timeout", _IDLE_S))
    while not world.idle and loop.time() < deadline:
        await asyncio.sleep(0.01)
    return {"idle": world.idle}


async def _record(world: World, argument: str, body: Body, query: Any) -> Any:
    if argument == "counts":
        return world.record.counts()
    lists: dict[str, list[Any]] = {"messages": world.record.messages, "webhooks": world.record.webhooks}
    rows = known(lists, argument)
    start, limit = int(query.get("cursor", 0)), min(int(query.get("limit", 1000)), _LARGEST_PAGE)
    shown = rows[start : start + limit]
    end = start + len(shown)
    return {"data": [row.as_dict() for row in shown], "cursor": end if end < len(rows) else None}


_ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "health"): _health,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
    ("GET", "state"): _state,
    ("GET", "config"): _get_config,
    ("PATCH", "config"): _set_config,
    ("POST", "faults"): _add_fault,
    ("GET", "faults"): _list_faults,
    ("DELETE", "faults"): _drop_faults,
    ("POST", "inbound"): _inbound,
    ("POST", "preferences"): _preferences,
    ("POST", "templates"): _template,
    ("POST", "numbers"): _number,
    ("POST", "events"): _event,
    ("GET", "clock"): _get_clock,
    ("POST", "clock"): _clock,
    ("POST", "webhooks"): _webhooks,
    ("GET", "idle"): _idle,
    ("GET", "record"): _record,
    ("GET", "chats"): phone.read,
    ("POST", "chats"): phone.begin,
    ("PATCH", "chats"): phone.change,
    ("GET", "media"): phone.file,
    ("GET", "console"): console.read,
}
