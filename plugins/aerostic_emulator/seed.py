"""The world a fresh emulator starts with, and how a scenario file changes it."""

from collections.abc import Callable
from typing import Any

from . import outcomes
from .config import Config
from .state import App, Business, Number, State, Template, Token, Waba

APP_ID = "100000000000001"
APP_SECRET = "emulator-app-secret"  # noqa: S105 - it guards nothing
VERIFY_TOKEN = "emulator-verify-token"  # noqa: S105 - it guards nothing
BUSINESS_ID = "900000000000001"
WABA_ID = "200000000000001"
PHONE_ID = "300000000000001"
PHONE = "15550783881"
SECOND_PHONE_ID = "300000000000002"
SECOND_PHONE = "4915550001112"
TOKEN = "EAAEMULATOR"  # noqa: S105 - it guards nothing
SIGNUP_CODE = "emulator-signup-code"

MARKETING = "spring_sale"
MARKETING_TWO = "loyalty_offer"
MARKETING_NAMED = "named_offer"
MARKETING_IMAGE = "new_arrivals"
UTILITY = "order_confirmation"
AUTHENTICATION = "login_code"
PENDING = "pending_offer"
PAUSED = "paused_offer"
CART = "cart_reminder"
APPOINTMENT = "appointment_reminder"


def _body(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text, "example": {"body_text": [list(examples)]}}


_STOP = {"type": "QUICK_REPLY", "text": "Stop promotions"}
_URL = {"type": "URL", "text": "Shop now", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/x"]}
_NAMED = {
    "type": "BODY",
    "text": "Hi {{first_name}}, your code {{code}} is waiting.",
    "example": {
        "body_text_named_params": [
            {"param_name": "first_name", "example": "Ada"},
            {"param_name": "code", "example": "SPRING"},
        ]
    },
}
_OTP_URL = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
_OTP: list[dict[str, Any]] = [
    {
        "type": "BODY",
        "text": "*{{1}}* is your verification code.",
        "add_security_recommendation": True,
        "example": {"body_text": [["123456"]]},
    },
    {"type": "FOOTER", "text": "This code expires in 10 minutes.", "code_expiration_minutes": 10},
    {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": _OTP_URL, "example": [_OTP_URL]}]},
]
TEMPLATES: tuple[tuple[str, str, str, str, list[dict[str, Any]]], ...] = (
    (
        "400000000000001",
        MARKETING,
        "MARKETING",
        "APPROVED",
        [
            _body("Hi {{1}}, our spring sale is on.", "Ada"),
            {"type": "FOOTER", "text": "Reply STOP to opt out"},
            {"type": "BUTTONS", "buttons": [_STOP]},
        ],
    ),
    (
        "400000000000002",
        MARKETING_TWO,
        "MARKETING",
        "APPROVED",
        [
            {"type": "HEADER", "format": "TEXT", "text": "For our friends"},
            _body("Hi {{1}}, you have {{2}} points to spend.", "Ada", "120"),
            {"type": "BUTTONS", "buttons": [_STOP, _URL]},
        ],
    ),
    ("400000000000003", MARKETING_NAMED, "MARKETING", "APPROVED", [_NAMED]),
    (
        "400000000000004",
        MARKETING_IMAGE,
        "MARKETING",
        "APPROVED",
        [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
            _body("Hello {{1}}, see what is new.", "Ada"),
        ],
    ),
    (
        "400000000000005",
        UTILITY,
        "UTILITY",
        "APPROVED",
        [_body("Thank you {{1}}, your order {{2}} is confirmed.", "Ada", "A-1")],
    ),
    ("400000000000006", AUTHENTICATION, "AUTHENTICATION", "APPROVED", _OTP),
    ("400000000000007", PENDING, "MARKETING", "PENDING", [_body("Hi {{1}}, wait for it.", "Ada")]),
    (
        "400000000000009",
        CART,
        "MARKETING",
        "APPROVED",
        [
            _body(
                "Hi {{1}}, you have left something in your basket: {{2}} Shall we help?",
                "Ada",
                "https://shop.example/b/1",
            )
        ],
    ),
    (
        "400000000000010",
        APPOINTMENT,
        "UTILITY",
        "APPROVED",
        [_body("Hi {{1}}, see you on {{2}}, {{3}}. Please tell us if you cannot come.", "Ada", "Monday", "morning")],
    ),
    ("400000000000008", PAUSED, "MARKETING", "PAUSED", [_body("Hi {{1}}, nobody liked this.", "Ada")]),
)


def default_scenario() -> dict[str, Any]:
    """Return the default world in the form of a scenario file."""
    templates = [
        {"id": id_, "waba_id": WABA_ID, "name": name, "language": "en_US", "category": category, "status": status,
         "components": components, "parameter_format": "NAMED" if name == MARKETING_NAMED else "POSITIONAL"}
        for id_, name, category, status, components in TEMPLATES
    ]  # fmt: skip
    return {
        "apps": [{"id": APP_ID, "secret": APP_SECRET, "verify_token": VERIFY_TOKEN}],
        "businesses": [{"id": BUSINESS_ID}],
        "wabas": [{"id": WABA_ID, "business_id": BUSINESS_ID, "subscriptions": {APP_ID: ""}}],
        "numbers": [
            {"id": PHONE_ID, "waba_id": WABA_ID, "phone": PHONE, "country_code": "1"},
            {"id": SECOND_PHONE_ID, "waba_id": WABA_ID, "phone": SECOND_PHONE, "country_code": "49"},
        ],
        "tokens": [{"value": TOKEN, "app_id": APP_ID}],
        "templates": templates,
        "codes": {SIGNUP_CODE: TOKEN},
    }


def apply(state: State, config: Config, scenario: dict[str, Any]) -> None:
    """Add a scenario's objects to the state (an id that exists is replaced) and set its switches.

    A scenario is an object with any of `apps`, `businesses`, `wabas`, `numbers`, `tokens`, `templates`, `codes` and
    `config`. An unknown section or field is an error (ValueError or TypeError).
    """
    unknown = sorted(set(scenario) - {*_SECTIONS, "codes", "config"})
    if unknown:
        raise ValueError(f"unknown section: {', '.join(unknown)}")
    for section, make in _SECTIONS.items():
        for row in scenario.get(section, []):
            make(state, row)
    state.codes.update(scenario.get("codes", {}))
    outcomes.check(scenario.get("config", {}))
    config.update(scenario.get("config", {}))


def _add_template(state: State, row: dict[str, Any]) -> None:
    state.add_template(Template(**{"id": state.new_id(), "language": "en_US", "status": "APPROVED", **row}))


_SECTIONS: dict[str, Callable[[State, dict[str, Any]], None]] = {
    "apps": lambda state, row: state.apps.update({row["id"]: App(**row)}),
    "businesses": lambda state, row: state.businesses.update({row["id"]: Business(**row)}),
    "wabas": lambda state, row: state.wabas.update({row["id"]: Waba(**row)}),
    "numbers": lambda state, row: state.numbers.update({row["id"]: Number(**row)}),
    "tokens": lambda state, row: state.tokens.update({row["value"]: Token(**row)}),
    "templates": _add_template,
}
