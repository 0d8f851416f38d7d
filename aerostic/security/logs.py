"""Logging: one handler, whose formatter masks the finished text.

Filters and processors see a record before its arguments, its traceback and the renderer; only the formatter sees what will
be read. Every logger of the process (ours through structlog, those of servers and libraries through `logging`) ends there.
"""

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from prometheus_client import Counter
from structlog.typing import EventDict, Processor, WrappedLogger

from aerostic.security import masking
from aerostic.security.derived import derived
from aerostic.settings import Settings

WITHHELD = "this line could not be masked, so it is not shown"
# Chatty at INFO about every request or poll; what they warn of is still shown.
QUIET = ("alembic", "kafka", "aiohttp.access", "werkzeug", "urllib3", "asyncio", "rq.cron")
withheld_lines = Counter("aerostic_log_lines_withheld", "Log lines that could not be masked and were not shown.")


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record and masks the result. What cannot be rendered or masked is withheld."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished, masked text of one record."""
        try:
            return masking.mask(super().format(record))
        except Exception:
            withheld_lines.inc()
            return f"{record.levelname.lower()} {record.name}: {WITHHELD}"


class MaskingHandler(logging.StreamHandler[TextIO]):
    """The one handler. The standard one prints a record's raw arguments when writing fails; this one does not."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base's name
        """Count the lost line; there is nowhere left to write."""
        withheld_lines.inc()


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send everything that the process logs through the masking formatter, to `stream` (standard error by default).

    Call it first in every process. With `AEROSTIC_SECRET_KEY` set, pseudonyms are the same in all of them. Calling it again
    replaces what was set, and takes over handlers that a server or library has installed since.

    Raises:
        ValueError: AEROSTIC_LOG_LEVEL is not a level's name.
    """
    if secret := settings.secret_key.get_secret_value():
        masking.configure(derived(secret.encode(), "masking"))
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise ValueError("AEROSTIC_LOG_LEVEL has to be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    _take_over(make_handler(json=settings.log_format == "json", stream=stream), level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    logging.captureWarnings(True)
    warnings.formatwarning = _one_line


def make_handler(*, json: bool, stream: TextIO | None = None) -> logging.Handler:
    """The handler with its masking formatter, writing to standard error by default."""
    handler = MaskingHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(json))
    return handler


def server_config(settings: Settings) -> dict[str, Any]:
    """A `dictConfig` for servers that set logging up by themselves (granian's `log_dictconfig`, gunicorn's `logconfig_dict`)."""
    up: dict[str, Any] = {"handlers": [], "propagate": True}
    names = ("_granian", "granian.access", "gunicorn.error", "gunicorn.access")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {},
        "handlers": {"masked": {"()": make_handler, "json": settings.log_format == "json"}},
        "root": {"handlers": ["masked"], "level": settings.log_level.upper()},
        "loggers": {name: dict(up) for name in names},
    }


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for structured events: `get_logger(__name__).info("lane started", number_id=..., window=256)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _mask_fields,
    ]


def _mask_fields(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    internal = {
        key: event[key] for key in ("exc_info", "_record", "_from_structlog", "positional_args") if key in event
    }
    return masking.mask_fields({key: value for key, value in event.items() if key not in internal}) | internal


def _formatter(json: bool) -> MaskingFormatter:
    # Plain tracebacks: the rich ones print local variables. No colours: they would hide keys from the masker.
    render: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return MaskingFormatter(
        foreign_pre_chain=_shared(), processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render]
    )


def _json(event: Any, **options: Any) -> str:
    return orjson.dumps(event, default=options.get("default", str), option=orjson.OPT_NON_STR_KEYS).decode()


def _take_over(handler: logging.Handler, level: int) -> None:
    """Make `handler` the only one: other loggers lose theirs and hand their records up to the root."""
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers[:] = []
            logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.lastResort = handler


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("aerostic").critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _one_line(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Without the source line, which may hold a literal secret."""
    return f"{filename}:{lineno}: {category.__name__}: {message}"
