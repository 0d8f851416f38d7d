"""Which area a host serves: `app.<domain>`, `admin.<domain>`, `api.<domain>`, or a reseller's verified host."""

from typing import cast

from flask import Flask, abort, g, request

from aerostic.registry import runtime
from aerostic.registry.declarations import Area
from aerostic.tenancy.brands import Brand
from aerostic.tenancy.hosts import reseller_of_host
from aerostic.web.brands.current import brand_of
from aerostic.web.places import Place

AREAS = ("app", "admin", "api")
EVERYWHERE = frozenset({"healthz", "readyz", "metrics"})
NEUTRAL = Brand(name="")


def place_of(host: str, domain: str) -> Place | None:
    """The place of a host name without port; None for one we do not serve."""
    host = host.lower().rstrip(".")
    name, _, rest = host.partition(".")
    if rest == domain and name in AREAS:
        return Place(cast(Area, name), host)
    reseller_id = reseller_of_host(host)
    return Place("app", host, reseller_id) if reseller_id else None


def init_hosts(app: Flask) -> None:
    """Refuse hosts that are not ours (421), and remember the place of the others."""

    @app.before_request
    def _find_place() -> None:
        if request.endpoint in EVERYWHERE:
            return
        place = place_of(request.host.partition(":")[0], runtime().settings.domain)
        if place is None:
            # Nobody's brand: the page is a neutral one.
            g.brand = NEUTRAL
            abort(421)
        g.place = place
        g.brand = brand_of(place)
