"""A number's business profile, settings and block list.

Sources: business-profiles, block-users.
"""

from typing import Any

from .call import SUCCESS, Call, Routes, page
from .errors import GraphError, missing_parameter
from .people import digits_of, wa_id_of
from .rules import need_text
from .state import Number

_LONGEST = {"about": 139, "address": 256, "description": 512, "email": 128}
_FIELDS = (*_LONGEST, "websites", "vertical", "profile_picture_url")
_MOST_BLOCKED = 1000


async def get_profile(call: Call) -> dict[str, Any]:
    """Return the business profile."""
    profile = {"vertical": "UNDEFINED"} | call.the(Number).profile
    asked = (call.query.get("fields") or ",".join(_FIELDS)).split(",")
    row = {name: profile[name] for name in asked if name in profile}
    return {"data": [row | {"messaging_product": "whatsapp"}]}


async def set_profile(call: Call) -> dict[str, bool]:
    """Change the business profile."""
    body, number = await call.json(), call.the(Number)
    call.require(body, "messaging_product")
    for name, longest in _LONGEST.items():
        if body.get(name):
            need_text(body, name, longest)
    if len(body.get("websites") or []) > 2:
        raise GraphError(131009, "Parameter 'websites' takes two entries.")
    number.profile |= {name: value for name, value in body.items() if name in _FIELDS}
    if "profile_picture_handle" in body:
        number.profile["profile_picture_url"] = f"{call.world.base_url}/pictures/{number.id}"
    return SUCCESS


async def list_blocked(call: Call) -> dict[str, Any]:
    """List the blocked users."""
    rows = [
        {"messaging_product": "whatsapp", "input": typed, "wa_id": user}
        for user, typed in call.the(Number).blocked.items()
    ]
    return page(call, rows)


async def block(call: Call) -> dict[str, Any]:
    """Block users who wrote in the last 24 hours; others are reported as failed, with code 139100."""
    number = call.the(Number)
    users = await _users(call)
    now, limits = call.world.clock.now(), call.world.limits
    added = [user for user in users if limits.window_open(number.id, user["wa_id"], now)]
    number.blocked |= {user["wa_id"]: user["input"] for user in added}
    failed = [user | {"errors": [{"message": "Re-engagement required", "code": 131047}]}
              for user in users if user not in added]  # fmt: skip
    answer: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": {"added_users": added}}
    if failed:
        answer["block_users"]["failed_users"] = failed
        answer |= GraphError(139100).body()
    return answer


async def unblock(call: Call) -> dict[str, Any]:
    """Unblock users."""
    number = call.the(Number)
    users = await _users(call)
    for user in users:
        number.blocked.pop(user["wa_id"], None)
    return {"messaging_product": "whatsapp", "block_users": {"removed_users": users}}


async def _users(call: Call) -> list[dict[str, str]]:
    body, number = await call.json(), call.the(Number)
    wanted = body.get("block_users")
    if not isinstance(wanted, list) or not wanted:
        raise missing_parameter("block_users")
    if len(wanted) > _MOST_BLOCKED:
        raise GraphError(131009, f"Parameter 'block_users' takes {_MOST_BLOCKED} users.")
    users = []
    for entry in wanted:
        user = str(entry.get("user") or entry.get("user_id") or "")
        digits = digits_of(user, number.country_code)
        users.append({"input": user, "wa_id": wa_id_of(digits) if digits else user})
    return users


ROUTES: Routes = {
    ("number", "GET", "whatsapp_business_profile"): get_profile,
    ("number", "POST", "whatsapp_business_profile"): set_profile,
    ("number", "GET", "block_users"): list_blocked,
    ("number", "POST", "block_users"): block,
    ("number", "DELETE", "block_users"): unblock,
}
