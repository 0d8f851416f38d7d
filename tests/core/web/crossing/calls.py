"""Every way to ask the application: each route and method, with ids of a world in its path, and of another in what is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import AnyConverter, Rule

from aerostic.db import new_id
from tests.core.web.crossing.world import World

# Whose row an argument in a path names: the row's table; where two routes mean different ones, with the route's blueprint.
IDS = {
    "account_id": "channel_account",
    "appeal_id": "risk_appeal",
    "platform_ledger_accounts.account_id": "ledger_account",
    "batch_id": "batch",
    "campaign_id": "campaigns__campaign",
    "contact_id": "contact",
    "conversation_id": "conversation",
    "decision_id": "risk_decision",
    "file_id": "brand_file",
    "flow_id": "flow",
    "hook_id": "flow_hook",
    "host_id": "host",
    "import_id": "contact_import",
    "invitation_id": "invitation",
    "invoice_id": "invoice",
    "key_id": "api_key",
    "mail_id": "mail",
    "member_id": "member",
    "message_id": "message",
    "number_id": "channel_number",
    "override_id": "risk_override",
    "passkey_id": "passkey",
    "payment_id": "payment",
    "request_id": "credit_request",
    "reseller_id": "reseller",
    "run_id": "flow_run",
    "secret_id": "http__secret",
    "session_id": "user_session",
    "subject_id": "charge",
    "tag_id": "tag",
    "template_id": "template",
    "tenant_id": "tenant",
    "transfer_id": "ledger_transfer",
    "work_id": "work",
}
# What else stands in paths, and is nobody's.
FIXED = {
    "digest": ("0" * 64,),
    "filename": ("none.css",),
    "incident_id": (UUID(int=0),),
    "invited.token": ("0" * 43,),
    "forgotten.token": ("0" * 43,),
    "linked.token": ("0" * 43,),
    "name": ("campaigns",),
    "number": (1,),
    "path": ("none.css",),
    "step": ("audience", "message", "check", "schedule", "review"),
    "theme": ("default",),
    "version": (1,),
}
SKIPPED = frozenset({"HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Call:
    """One request. `named` says whether its path has an id of somebody's."""

    endpoint: str
    method: str
    path: str
    named: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"


def calls(app: Flask, named: World) -> Iterator[Call]:
    """Every call there is, with the ids of a world in its path.

    Raises:
        KeyError: a route has an argument that is not in `IDS` or `FIXED`: say there whose row it names.
    """
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for values in _arguments(rule, named):
            built = rule.build(values, append_unknown=False)
            assert built is not None, rule
            for method in sorted((rule.methods or set()) - SKIPPED):
                yield Call(rule.endpoint, method, built[1], _names_somebody(rule))


def _arguments(rule: Rule, named: World) -> Iterator[dict[str, Any]]:
    names = sorted(rule.arguments)
    for values in product(*(_values(rule, name, named) for name in names)):
        yield dict(zip(names, values, strict=True))


def _values(rule: Rule, name: str, world: World) -> tuple[Any, ...]:
    converter = rule._converters[name]
    own = f"{rule.endpoint.partition('.')[0]}.{name}"
    if isinstance(converter, AnyConverter):
        return tuple(sorted(converter.items))
    if own == "work.token":
        serializer = URLSafeTimedSerializer(str(world.app.secret_key), salt="file of work")
        return (serializer.dumps(str(world.rows["work"].id)),)
    if name == "key":  # of a price book or a policy
        tenant, reseller = world.owner.tenant_id, world.owner.reseller_id
        return tenant, f"tenant-{tenant}", f"reseller-{reseller}", f"clients-{reseller}"
    if own in FIXED or name in FIXED:
        return FIXED.get(own) or FIXED[name]
    return (world.rows[IDS.get(own) or IDS[name]].id,)


def _names_somebody(rule: Rule) -> bool:
    own = rule.endpoint.partition(".")[0]
    return any(name in IDS or name == "key" or f"{own}.{name}" == "work.token" for name in rule.arguments)


def sent(world: World) -> dict[str, Any]:
    """What a form or a query is filled with, under every name that some form has: ids of a world, and words that fit."""
    ids = {name.rpartition(".")[2]: str(world.rows[table].id) for name, table in IDS.items()}
    tag, contact = ids["tag_id"], ids["contact_id"]
    word = _word(world)
    people = {"user_id": str(world.owner.user_id), "invited_by": str(world.owner.user_id)}
    lists = {"any_tags": tag, "no_tags": tag, "tags": tag, "tag": tag, "ids": contact, "id": contact}
    words = {
        "q": word,
        "search": word,
        "name": "x",
        "text": "Hello",
        "reason": "correction",
        "note": "x",
        "amount": "1",
    }
    acts = {"act": "add_tag", "role": "viewer", "state": "granted", "confirmed": "1", "phone": "+16505550199"}
    return {**ids, **people, **lists, **words, **acts, "form_key": str(new_id()), "import": ids["import_id"]}


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    """What the API is sent, where a route takes a body: good in all but that the ids are a world's."""
    ids = {
        name: str(world.rows[IDS[name]].id)
        for name in ("number_id", "template_id", "contact_id", "tag_id", "import_id")
    }
    audience = {"any_tags": [ids["tag_id"]], "import_id": ids["import_id"], "text": _word(world)}
    return {
        "campaigns_api.create": {
            "name": "x",
            "number_id": ids["number_id"],
            "template_id": ids["template_id"],
            "audience": audience,
        },
        "campaigns_api.retry": {},
        "campaigns_api.schedule": {"at": "2099-01-01T00:00:00", "zone": "UTC"},
        "contacts_api.change_tags": {"add": ["x"]},
        "contacts_api.create": {"phone": "+16505550199"},
        "contacts_api.erase": {"reason": "The person asked for it."},
        "contacts_api.opt_in": {},
        "contacts_api.opt_out": {},
        "contacts_api.update": {"name": "x"},
        "flows_api.look": {"document": {}},
        "flows_api.make": {"name": "x"},
        "flows_api.publish_draft": {},
        "flows_api.put_draft": {"document": {}, "revision": 1},
        "flows_api.replay_run": {},
        "flows_api.retry_run": {},
        "flows_api.start_run": {"contact_id": ids["contact_id"]},
        "messages_api.send": {"number_id": ids["number_id"], "contact_id": ids["contact_id"], "text": "Hello"},
    }


def queries(world: World) -> Mapping[str, dict[str, Any]]:
    """What the API is asked for in addition, where a route can be."""
    tag, contact = str(world.rows["tag"].id), str(world.rows["contact"].id)
    return {"contacts_api.index": {"q": _word(world), "tag": tag}, "messages_api.index": {"contact_id": contact}}


def _word(world: World) -> str:
    """What its names begin with: to search for, and not yet the mark."""
    return world.owner.mark.partition("-")[0]
