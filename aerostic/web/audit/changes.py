"""What an act changed, in lines for people: field, before and after."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from flask_babel import gettext as _

from aerostic.web.pages.formats import money

NOTHING = "–"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """One line for each field. An amount is shown as money where its currency stands beside it."""
    for name in {**before, **after}:
        yield name.replace("_", " "), _value(name, before), _value(name, after)


def _value(name: str, fields: Mapping[str, Any]) -> str:
    value, currency = fields.get(name), fields.get("currency")
    if name == "amount" and isinstance(value, int) and isinstance(currency, str):
        return money(value, currency)
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
