"""Business phone numbers: fields, adding, verifying, registering, callback override.

Sources: solution-providers/registering-phone-numbers, business-phone-numbers/registration, .../phone-numbers.
"""

from typing import Any

from .accounts import check_callback, health
from .call import SUCCESS, Call, Routes, page, select
from .errors import GraphError
from .state import Number, Waba
from .world import World

OTP = "123830"
_REGISTRATIONS = 10
_REGISTRATION_S = 72 * 3600
_DEFAULT = ("id", "verified_name", "code_verification_status", "display_phone_number", "quality_rating",
            "platform_type", "throughput", "webhook_configuration")  # fmt: skip


def describe(world: World, number: Number) -> dict[str, Any]:
    """Return every field of a number."""
    business = world.state.business_of(number.waba_id)
    waba = world.state.wabas[number.waba_id]
    urls = {
        "phone_number": number.callback_url,
        "whatsapp_business_account": next((url for url in waba.subscriptions.values() if url), ""),
        "application": next((app.callback_url for app in world.state.apps.values() if app.callback_url), ""),
    }
    return {
        "id": number.id,
        "display_phone_number": number.phone,
        "verified_name": number.verified_name,
        "quality_rating": number.quality_rating,
        "quality_score": {"score": number.quality_rating},
        "code_verification_status": number.code_verification_status,
        "name_status": number.name_status,
        "status": number.status,
        "platform_type": "CLOUD_API" if number.status == "CONNECTED" else "NOT_APPLICABLE",
        "throughput": {"level": "HIGH" if number.throughput == "HIGH" else "STANDARD"},
        "is_official_business_account": False,
        "is_pin_enabled": bool(number.pin),
        "messaging_limit_tier": business.tier,
        "whatsapp_business_manager_messaging_limit": business.tier,
        "webhook_configuration": {scope: url for scope, url in urls.items() if url},
        "health_status": health("PHONE_NUMBER", number.id, number.status == "CONNECTED"),
    }


async def get_number(call: Call) -> dict[str, Any]:
    """Return a number's fields."""
    return select(describe(call.world, call.the(Number)), call.query.get("fields"), _DEFAULT)


async def list_numbers(call: Call) -> dict[str, Any]:
    """List an account's numbers."""
    fields = call.query.get("fields")
    numbers = call.world.state.numbers_of(call.node_id)
    return page(call, [select(describe(call.world, number), fields, _DEFAULT) for number in numbers])


async def add_number(call: Call) -> dict[str, Any]:
    """Add a number to an account; `cc` and `country_code` are both taken."""
    body, waba = await call.json(), call.the(Waba)
    code = str(body.get("cc") or body.get("country_code") or "")
    call.require({**body, "cc": code}, "cc", "phone_number", "verified_name")
    phone = code.lstrip("+") + str(body["phone_number"])
    number = Number(call.world.state.new_id(), waba.id, phone, code.lstrip("+"), body["verified_name"])
    number.code_verification_status, number.status, number.quality_rating = "NOT_VERIFIED", "PENDING", "UNKNOWN"
    call.world.state.numbers[number.id] = number
    return {"id": number.id}


async def change_number(call: Call) -> dict[str, bool]:
    """Change a number's PIN, display name or callback override."""
    body, number = await call.json(), call.the(Number)
    if pin := body.get("pin"):
        number.pin = _pin(pin)
    if name := body.get("new_display_name"):
        number.verified_name = name
    if (override := body.get("webhook_configuration")) is not None:
        url = override.get("override_callback_uri") or ""
        if url:
            await check_callback(call, url, override.get("verify_token") or "")
        number.callback_url = url
    return SUCCESS


async def request_code(call: Call) -> dict[str, bool]:
    """Send the verification code (always the same one) by SMS or voice."""
    body, number = await call.json(), call.the(Number)
    if body.get("code_method") not in ("SMS", "VOICE"):
        raise GraphError(100, message="(#100) Param code_method must be one of {SMS, VOICE}")
    call.require(body, "language")
    number.code = OTP
    return SUCCESS


async def verify_code(call: Call) -> dict[str, bool]:
    """Check the verification code."""
    body, number = await call.json(), call.the(Number)
    if not number.code or str(body.get("code", "")).replace("-", "") != number.code:
        raise GraphError(100, message="(#100) The code is not correct.", subcode=2388091)
    number.code_verification_status, number.code = "VERIFIED", ""
    return SUCCESS


async def register(call: Call) -> dict[str, bool]:
    """Register a number for Cloud API; the first PIN becomes its two-step PIN."""
    body, number = await call.json(), call.the(Number)
    call.require(body, "messaging_product", "pin")
    _count_registration(call, number)
    if number.code_verification_status != "VERIFIED":
        raise GraphError(133006)
    pin = _pin(body["pin"])
    if number.pin and pin != number.pin:
        raise GraphError(133005)
    number.pin, number.status = pin, "CONNECTED"
    return SUCCESS


async def deregister(call: Call) -> dict[str, bool]:
    """Take a number off Cloud API."""
    number = call.the(Number)
    _count_registration(call, number)
    number.status = "DISCONNECTED"
    return SUCCESS


def _count_registration(call: Call, number: Number) -> None:
    now = call.world.clock.now()
    number.registrations = [when for when in number.registrations if when > now - _REGISTRATION_S]
    if len(number.registrations) >= _REGISTRATIONS:
        raise GraphError(133016)
    number.registrations.append(now)


def _pin(value: Any) -> str:
    pin = str(value)
    if len(pin) != 6 or not pin.isdecimal():
        raise GraphError(100, message="(#100) Param pin must be 6 digits.")
    return pin


ROUTES: Routes = {
    ("number", "GET", ""): get_number,
    ("number", "POST", ""): change_number,
    ("number", "POST", "request_code"): request_code,
    ("number", "POST", "verify_code"): verify_code,
    ("number", "POST", "register"): register,
    ("number", "POST", "deregister"): deregister,
    ("waba", "GET", "phone_numbers"): list_numbers,
    ("waba", "POST", "phone_numbers"): add_number,
}
