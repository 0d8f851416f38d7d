"""How the emulator behaves: every switch, with its default."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

Range = tuple[float, float]

# What a marketing campaign to a bought-in list meets in the field; weights, not promises.
REALISTIC_MIX = {
    "read": 0.52,
    "delivered": 0.36,
    "sent": 0.03,
    "silence": 0.005,
    "failed:131026": 0.04,
    "failed:131049": 0.025,
    "failed:130472": 0.01,
    "failed:131050": 0.005,
    "sent_failed:131026": 0.005,
}


@dataclass(slots=True)
class Config:
    """The switches of one emulator; `PATCH /_emulator/config` changes them while it runs."""

    seed: int = 1
    # What becomes of a message: people (by WhatsApp id or user id), magic recipients, rules, the mix, then `outcome`.
    people: dict[str, str] = field(default_factory=dict)
    magic: bool = True
    rules: list[dict[str, Any]] = field(default_factory=list)
    mix: dict[str, float] = field(default_factory=dict)
    outcome: str = "read"
    # Answers
    latency_ms: Range = (0, 0)
    hold_s: float = 60.0
    late_s: float = 5.0
    # Status webhooks
    statuses: bool = True
    sent_ms: Range = (10, 50)
    delivered_ms: Range = (20, 120)
    read_ms: Range = (50, 400)
    held_ms: Range = (200, 400)
    duplicates: float = 0.0
    reordering: float = 0.0
    skip_delivered: float = 0.0
    webhook_version: int = 24
    identity: bool = True
    free_service_messages: int = 1000
    # Webhook transport
    batch_size: int = 100
    batch_ms: float = 10.0
    batch_shape: str = "changes"
    post_delay_ms: Range = (0, 0)
    duplicate_posts: float = 0.0
    retry_s: list[float] = field(default_factory=lambda: [0.2, 0.5, 1, 2, 5, 10, 20])
    webhook_timeout_s: float = 5.0
    webhook_connections: int = 8
    verify_callbacks: bool = True
    keep_bodies: bool = False
    # Limits
    throughput_limit: bool = True
    throughput: dict[str, int] = field(default_factory=lambda: {"STANDARD": 80, "HIGH": 1000, "COEXISTENCE": 20})
    pair_limit: bool = True
    pair_burst: int = 45
    pair_refill_s: float = 6.0
    messaging_limit: bool = True
    window: bool = True
    us_marketing_blocked: bool = True
    management_per_hour: int = 5000
    # Templates and media
    review_ms: Range = (200, 400)
    media_url_s: float = 300.0

    def update(self, values: dict[str, Any]) -> None:
        """Set the given switches; `mix` may be the word "realistic". An unknown name is a ValueError."""
        known = {f.name for f in fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown setting: {', '.join(unknown)}")
        for name, value in values.items():
            setattr(self, name, _plain(name, value))

    def as_dict(self) -> dict[str, Any]:
        """Return every switch with its value."""
        return asdict(self)


def _plain(name: str, value: Any) -> Any:
    """Return a JSON value in the form the field has: pairs as tuples, the named mix as its weights."""
    if name == "mix" and value == "realistic":
        return dict(REALISTIC_MIX)
    if name.endswith("_ms") and isinstance(value, list):
        return (value[0], value[1])
    return value
