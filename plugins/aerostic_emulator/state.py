"""The objects of the Graph: apps, WhatsApp Business Accounts, numbers, templates, media and tokens."""

import itertools
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class App:
    """A Meta app: its secret signs every webhook, its callback receives them."""

    id: str
    secret: str
    name: str = "Emulated app"
    verify_token: str = ""
    callback_url: str = ""
    fields: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Waba:
    """A WhatsApp Business Account; `subscriptions` maps an app id to its override callback ("" for none)."""

    id: str
    name: str = "Emulated business"
    business_id: str = "900000000000001"
    currency: str = "USD"
    timezone_id: str = "1"
    subscriptions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Number:
    """A business phone number (business-phone-numbers/phone-numbers)."""

    id: str
    waba_id: str
    phone: str
    country_code: str = "1"
    verified_name: str = "Emulated business"
    quality_rating: str = "GREEN"
    code_verification_status: str = "VERIFIED"
    name_status: str = "APPROVED"
    status: str = "CONNECTED"
    throughput: str = "STANDARD"
    pin: str = ""
    code: str = ""
    callback_url: str = ""
    registrations: list[float] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Template:
    """A message template: one name in one language (templates/overview)."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    status: str = "PENDING"
    components: list[dict[str, Any]] = field(default_factory=list)
    parameter_format: str = "POSITIONAL"
    quality: str = "UNKNOWN"
    quality_date: int = 0
    rejected_reason: str = "NONE"
    message_send_ttl_seconds: int | None = None
    pauses: int = 0
    edits: list[float] = field(default_factory=list)
    shape: Any = None


@dataclass(slots=True)
class Media:
    """An uploaded or received file (business-phone-numbers/media)."""

    id: str
    phone_number_id: str
    mime_type: str
    content: bytes
    sha256: str
    created: float


@dataclass(slots=True)
class Token:
    """An access token: of an app, for all or some accounts, until a time or for ever."""

    value: str
    app_id: str
    waba_ids: list[str] | None = None
    expires_at: float = 0.0
    scopes: list[str] = field(default_factory=lambda: ["whatsapp_business_management", "whatsapp_business_messaging"])


@dataclass(slots=True)
class Business:
    """A business portfolio: the messaging limit is counted here (messaging-limits)."""

    id: str
    tier: str = "TIER_UNLIMITED"
    name: str = "Emulated portfolio"


Node = App | Waba | Number | Template | Media | Business


class State:
    """Everything that exists, by id."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.apps: dict[str, App] = {}
        self.wabas: dict[str, Waba] = {}
        self.numbers: dict[str, Number] = {}
        self.templates: dict[str, Template] = {}
        self.media: dict[str, Media] = {}
        self.businesses: dict[str, Business] = {}
        self.tokens: dict[str, Token] = {}
        self.uploads: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, str] = {}
        self.stopped: set[tuple[str, str]] = set()
        # (number, person): who has blocked a number, so that nothing of it gets to the phone.
        self.blockers: set[tuple[str, str]] = set()
        self._by_name: dict[tuple[str, str], dict[str, Template]] = {}
        self._ids = itertools.count(700000000000001)

    def new_id(self) -> str:
        """Return a fresh numeric id."""
        return str(next(self._ids))

    def kind_of(self, node: str) -> tuple[str, Node] | None:
        """Return the kind and the object behind an id, or None."""
        for kind, table in self._tables():
            if found := table.get(node):
                return kind, found
        return None

    def _tables(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        return (
            ("number", self.numbers),
            ("waba", self.wabas),
            ("template", self.templates),
            ("media", self.media),
            ("app", self.apps),
            ("business", self.businesses),
        )

    def waba_of(self, node: Node) -> str | None:
        """Return the account an object belongs to, or None for apps and portfolios."""
        if isinstance(node, Waba):
            return node.id
        if isinstance(node, Number | Template):
            return node.waba_id
        if isinstance(node, Media):
            return self.numbers[node.phone_number_id].waba_id
        return None

    def add_template(self, template: Template) -> None:
        """Add a template and index it by (account, name) and language."""
        self.templates[template.id] = template
        self._by_name.setdefault((template.waba_id, template.name), {})[template.language] = template

    def drop_template(self, template: Template) -> None:
        """Remove a template."""
        self.templates.pop(template.id, None)
        self._by_name.get((template.waba_id, template.name), {}).pop(template.language, None)

    def languages(self, waba_id: str, name: str) -> dict[str, Template]:
        """Return a template's languages, empty when the name is unknown."""
        return self._by_name.get((waba_id, name), {})

    def business_of(self, waba_id: str) -> Business:
        """Return the portfolio of an account, made on first use."""
        business_id = self.wabas[waba_id].business_id
        return self.businesses.setdefault(business_id, Business(business_id))

    def numbers_of(self, waba_id: str) -> list[Number]:
        """Return the numbers of an account."""
        return [number for number in self.numbers.values() if number.waba_id == waba_id]

    def templates_of(self, waba_id: str) -> list[Template]:
        """Return the templates of an account."""
        return [template for template in self.templates.values() if template.waba_id == waba_id]
