"""What an address or a form says about who is meant, as a specification: the list, acts on all and exports share it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from flask_babel import get_timezone

from aerostic.messaging.contacts.audience import AudienceSpec, FieldFilter

NAMES = ("q", "tag", "country", "consent", "source", "import", "from", "to", "field", "match", "value")
MATCHES = ("contains", "is", "is_not", "unset")
STATES: tuple[str, ...] = get_args(get_args(AudienceSpec.model_fields["marketing"].annotation)[0])


def spec_from(args: Mapping[str, str]) -> AudienceSpec:
    """Who is meant. Values that make no sense are ignored, as in every address."""
    said = {name: value for name in NAMES if (value := args.get(name, "").replace("\0", "").strip()[:200])}
    values: dict[str, Any] = {
        "text": said.get("q", ""),
        "any_tags": _ids(said.get("tag")),
        "countries": [said["country"].upper()] if "country" in said else [],
        "marketing": [said["consent"]] if said.get("consent") in STATES else [],
        "sources": [said["source"]] if "source" in said else [],
        "import_id": next(iter(_ids(said.get("import"))), None),
        "created_from": _start(said.get("from")),
        "created_to": _start(said.get("to"), days=1),
        "fields": list(_fields(said)),
    }
    return AudienceSpec.model_validate(values)


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """What of an address or a form says who is meant."""
    return {name: value for name in NAMES if (value := values.get(name, ""))}


def list_path(values: Mapping[str, str]) -> str:
    """The address of the list of those who are meant."""
    narrowing = kept(values)
    return f"/contacts?{urlencode(narrowing)}" if narrowing else "/contacts"


def _ids(text: str | None) -> list[UUID]:
    try:
        return [UUID(text)] if text else []
    except ValueError:
        return []


def _start(text: str | None, days: int = 0) -> datetime | None:
    """When a day begins in the person's zone, or the day that many later."""
    try:
        return datetime.combine(date.fromisoformat(text or "") + timedelta(days=days), time(), get_timezone())
    except (ValueError, OverflowError):
        return None


def _fields(said: Mapping[str, str]) -> list[FieldFilter]:
    """The condition on a custom field: that it has any value, where nothing more is said."""
    name, match, value = said.get("field", "")[:64], said.get("match", ""), said.get("value", "")
    if not name:
        return []
    if match == "unset":
        return [FieldFilter(name=name, op="unset")]
    if not value:
        return [FieldFilter(name=name, op="set")]
    return [FieldFilter.model_validate({"name": name, "op": match if match in MATCHES else "contains", "value": value})]
