"""`wsgi:ml`: a small WSGI callable that scores batches of rows and trains models.

    POST /v1/score   {"rows": [[...], ...]} -> {"version", "ranks", "reasons": {"<place>": [["<feature>", gain], ...]}}
    POST /v1/train   see whether a new version is due, and make it -> {"what", "version", "reason"}
    GET  /v1/model   which version judges here, of which features, and how it did
    GET  /health     200 as long as the process answers; whether it has a model
    GET  /metrics    for Prometheus

All but /health want `Authorization: Bearer <AEROSTIC_ML_TOKEN>`. Rows are numbers that are normalised already: nothing here says
whose they are. Errors are {"error": what to do about it}.
"""

import hmac
import time
from collections.abc import Callable, Iterable

import structlog
from flask import Flask
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from aerostic.db import db
from aerostic.db.engine import check_role, init_database
from aerostic.db.redis import connect
from aerostic.detection.forest.metrics import SECONDS
from aerostic.detection.forest.scoring import Forest
from aerostic.registry import Registry, Runtime
from aerostic.registry.runtime import KEY
from aerostic.security.logs import configure
from aerostic.settings import Settings, get_settings
from aerostic.web.ml.answers import Answer, model_info, score, train
from aerostic.web.ml.loading import Loader
from aerostic.web.ml.wsgi import STATUS, Environ, StartResponse, body_of
from aerostic.web.refusals import RETRY_SECONDS, Refusal

log = structlog.get_logger(__name__)
LARGEST = 4 * 1024 * 1024


class Service:
    """The WSGI callable.

    Args:
        app: holds the runtime; its context is pushed where the database is asked.
        token: what callers have to prove.
        clock: seconds, rising.
    """

    def __init__(self, app: Flask, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = f"Bearer {token}".encode()
        self._loader = Loader(app, Forest(), clock)
        self._routes: dict[str, tuple[str, Callable[[Environ], Answer]]] = {
            "/v1/score": ("POST", self._score),
            "/v1/train": ("POST", self._train),
            "/v1/model": ("GET", lambda _: model_info(self._loader)),
            "/health": ("GET", self._health),
            "/metrics": ("GET", lambda _: Answer(generate_latest(), CONTENT_TYPE_LATEST)),
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        wait = 0
        try:
            status, answer = 200, self._answer(environ)
        except Refusal as refusal:
            wait = refusal.wait
            status, answer = refusal.status, Answer.of({"error": str(refusal)})
        except (RedisError, SQLAlchemyError) as error:
            log.warning("service cannot answer", reason=type(error).__name__)
            status, wait = 503, RETRY_SECONDS
            answer = Answer.of({"error": "The database or Redis does not answer. Ask again in a moment."})
        headers = [("Content-Type", answer.type), ("Content-Length", str(len(answer.body)))]
        headers += [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        headers += [("Retry-After", str(wait))] if wait else []
        headers += [("WWW-Authenticate", "Bearer")] if status == 401 else []
        start_response(STATUS[status], headers)
        return [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        path = environ.get("PATH_INFO", "")
        if path not in self._routes:
            raise Refusal(404, f"There is nothing here. What there is: {', '.join(self._routes)}.")
        method, function = self._routes[path]
        if environ["REQUEST_METHOD"] != method:
            raise Refusal(405, f"{path} is asked with {method}.")
        if path != "/health" and not self._proven(environ):
            raise Refusal(401, "Send AEROSTIC_ML_TOKEN of the service as Authorization: Bearer <token>.")
        with SECONDS.labels(path).time():
            return function(environ)

    def _proven(self, environ: Environ) -> bool:
        return hmac.compare_digest(str(environ.get("HTTP_AUTHORIZATION", "")).encode(), self._token)

    def _score(self, environ: Environ) -> Answer:
        return score(self._loader.model(), body_of(environ, LARGEST))

    def _train(self, environ: Environ) -> Answer:
        return train(self._loader, body_of(environ, LARGEST))

    def _health(self, _: Environ) -> Answer:
        model = self._loader.forest.local
        return Answer.of({"status": "alive", "version": model.version if model else None})


def create_service(settings: Settings | None = None) -> Service:
    """The service with what it needs of the platform: database and Redis. No plugin is loaded.

    Args:
        settings: the process's own, read from the environment, when left out; then logging is set up, too.

    Raises:
        ValueError, UnsafeRoleError: what is wrong, and what to do about it.
    """
    if settings is None:
        settings = get_settings()
        configure(settings)
    token = settings.ml_token.get_secret_value()
    if not token:
        raise ValueError(
            "AEROSTIC_ML_TOKEN is not set: give the service and who asks it the same 32 random characters."
        )
    app = Flask("aerostic.ml")
    init_database(app, settings.database_url)
    app.extensions[KEY] = Runtime(settings, Registry(), connect(settings))
    with app.app_context():
        check_role(db.engine)
    return Service(app, token)
