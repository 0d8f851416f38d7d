"""`/metrics` for Prometheus, and the count and latency of requests by endpoint (never by path: paths hold ids and are endless).

Who may read it: the request names `admin.<domain>` or a loopback address as its host, and, where a proxy in front says for
whom it asks (`X-Forwarded-For`), that client is on a private or loopback address. Everybody else is told 404, as of a page that
does not exist. The figures are those of the process that answers: scrape each process by itself. Those of the
streams (lag of each consumer, dead letters, webhooks that wait) and the state of detection are the platform's: each process
has them.
"""

import ipaddress
import time
from contextlib import suppress

from flask import Flask, Request, Response, abort, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from redis.exceptions import RedisError

from aerostic.detection.running.pulse import meter as meter_detection
from aerostic.registry.runtime import runtime
from aerostic.streams.overview import meter

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
requests = Counter("aerostic_http_requests", "Requests answered.", ["method", "endpoint", "status"])
latency = Histogram("aerostic_http_request_seconds", "Time to answer a request, in seconds.", ["endpoint"])


def init_metrics(app: Flask) -> None:
    """Measure every request of `app`, and mount `/metrics`."""
    app.before_request(_start)
    app.after_request(_count)
    app.add_url_rule("/metrics", "metrics", metrics)


def metrics() -> Response:
    """The process's figures in Prometheus' text format; 404 for whom they are not meant."""
    if not (_internal_host(request, runtime().settings.domain) and _internal_client(request)):
        abort(404)
    with suppress(RedisError):  # a process whose figures are asked for has them without the streams', too
        meter(runtime())
        meter_detection(runtime().redis, runtime().settings.redis_prefix)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _internal_host(asked: Request, domain: str) -> bool:
    host = asked.host.lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name in (f"admin.{domain}", "localhost") or _is_internal(name, loopback_only=True)


def _internal_client(asked: Request) -> bool:
    """Whether the client that the nearest proxy saw, if there is a proxy, is one of ours."""
    forwarded = asked.headers.get("X-Forwarded-For")
    return forwarded is None or _is_internal(forwarded.rpartition(",")[2].strip(), loopback_only=False)


def _is_internal(name: str, *, loopback_only: bool) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not loopback_only)


def _start() -> None:
    g.request_started = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    requests.labels(method, endpoint, str(response.status_code)).inc()
    if started := g.pop("request_started", None):
        latency.labels(endpoint).observe(time.perf_counter() - started)
    return response
