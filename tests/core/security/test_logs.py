"""Every way to write a log line ends at the masking formatter."""

import io
import json
import logging
import logging.config
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from rq import logutils

from aerostic.security import logs, masking
from aerostic.security.masking import pseudonyms
from aerostic.settings import Settings

NUMBER = "+4915123456789"
FORMATS = ["console", "json"]


class Person:
    """Somebody whose repr says too much."""

    def __repr__(self) -> str:
        return f"Person({NUMBER})"


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the process's logging back as it was."""
    monkeypatch.setattr(pseudonyms, "_key", b"a key for tests, always the same")
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)
    for module, hook in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (logging, "lastResort"),
    ):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    known = [
        logging.root,
        *(item for item in logging.root.manager.loggerDict.values() if isinstance(item, logging.Logger)),
    ]
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in known]
    yield
    logging.captureWarnings(False)
    structlog.reset_defaults()
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture(params=FORMATS)
def output(request: pytest.FixtureRequest) -> io.StringIO:
    """What the log shows, in each of its forms."""
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None, log_format=request.param), stream)
    return stream


def lines(output: io.StringIO) -> str:
    """The log so far, which holds the pseudonym and no part of the number."""
    text = output.getvalue()
    assert "23456" not in text
    assert text
    return text


TOKEN = "..6789>"


@pytest.mark.parametrize(
    "name", ["aerostic.x", "werkzeug", "rq.worker", "granian.access", "gunicorn.error", "alembic.runtime", "kafka.conn"]
)
def test_plain_text_arguments_mappings_and_reprs_are_masked(output: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    logger.error(f"to {NUMBER}")
    logger.error("to %s", NUMBER)
    logger.error("to %(phone)s", {"phone": NUMBER})
    logger.error("to %r", Person())
    logger.error("to %s%s", NUMBER[:7], NUMBER[7:])
    logger.error("to", extra={"value": NUMBER})
    assert lines(output).count(TOKEN) == 6


def test_tracebacks_are_masked(output: io.StringIO) -> None:
    try:
        raise ValueError(f"no account for {NUMBER}")
    except ValueError:
        logging.getLogger("aerostic.x").exception("failed")
        logs.get_logger("aerostic.x").exception("failed")
    assert lines(output).count("no account for <ph:") == 2


def test_structured_fields_are_masked_by_name_and_by_value(output: io.StringIO) -> None:
    logs.get_logger("aerostic.x").info(
        "sent", phone=NUMBER, password="hunter2", detail={"token": "abc"}, note=f"to {NUMBER}", n=4
    )
    text = lines(output)
    assert text.count(TOKEN) == 2
    assert "hunter2" not in text
    assert "abc" not in text


def test_bound_context_is_masked(output: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(phone=NUMBER):
        logs.get_logger("aerostic.x").info("sent")
        logging.getLogger("other").warning("sent")
    assert lines(output).count(TOKEN) == 2


def test_a_logger_made_by_rq_afterwards_writes_to_the_same_handler(output: io.StringIO) -> None:
    logutils.setup_loghandlers("INFO", name="rq.worker")
    logging.getLogger("rq.worker").info("job send(%r)", NUMBER)
    assert TOKEN in lines(output)
    assert logging.getLogger("rq.worker").handlers == []


def test_handlers_of_others_are_taken_over() -> None:
    stray, stream = io.StringIO(), io.StringIO()
    logging.getLogger("stray.server").addHandler(logging.StreamHandler(stray))
    logging.getLogger("stray.server").propagate = False
    logs.configure(Settings(_env_file=None), stream)
    logging.getLogger("stray.server").error("to %s", NUMBER)
    assert (stray.getvalue(), TOKEN in lines(stream)) == ("", True)


def test_json_lines_are_json() -> None:
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None, log_format="json"), stream)
    logs.get_logger("aerostic.x").info(
        "sent", phone=int(NUMBER[1:]), odd={1: {2}}, value=int(NUMBER[1:]), amount_micro=129900000
    )
    found = json.loads(lines(stream))
    assert (found["event"], found["level"], found["logger"]) == ("sent", "info", "aerostic.x")
    assert found["phone"] == found["value"] == pseudonyms.phone(NUMBER[1:])
    assert (found["odd"], found["amount_micro"]) == ({"1": [2]}, 129900000)


def test_a_line_that_cannot_be_masked_is_withheld(output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(masking, "mask", broken)
    logging.getLogger("aerostic.x").error("to %s", NUMBER)
    assert lines(output) == f"error aerostic.x: {logs.WITHHELD}\n"


def test_a_line_that_cannot_be_rendered_is_withheld(output: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logging.root.handlers[:] = [
        handler for handler in logging.root.handlers if isinstance(handler, logs.MaskingHandler)
    ]
    logging.getLogger("aerostic.x").error("to %d", NUMBER)
    assert lines(output) == f"error aerostic.x: {logs.WITHHELD}\n"
    assert capsys.readouterr().err == ""


def test_a_stream_that_is_gone_prints_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None), stream)
    stream.close()
    logging.getLogger("aerostic.x").error("to %s", NUMBER)
    assert capsys.readouterr().err == ""


def test_uncaught_errors_of_the_process_and_of_threads_are_masked(output: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(NUMBER)

    error = ValueError(NUMBER)
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert lines(output).count("uncaught exception") == 2


def test_warnings_are_masked(output: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"to {NUMBER}", UserWarning, stacklevel=1)
    assert "UserWarning" in lines(output)


def test_a_server_that_configures_logging_itself_gets_the_same_handler() -> None:
    settings = Settings(_env_file=None)
    logging.config.dictConfig(logs.server_config(settings))
    stream = io.StringIO()
    logging.root.handlers[0].setStream(stream)
    logging.getLogger("granian.access").info("GET /?phone=%s", NUMBER)
    assert TOKEN in lines(stream)


def test_pseudonyms_are_the_same_in_processes_with_the_same_secret() -> None:
    found = []
    for root in ("k001:" + "A" * 43 + "=", "k002:" + "B" * 43 + "="):
        logs.configure(Settings(_env_file=None, keys=root, secret_key="the same"), io.StringIO())
        found.append(masking.mask(NUMBER))
    assert found[0] == found[1]


def test_malformed_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="AEROSTIC_LOG_LEVEL"):
        logs.configure(Settings(_env_file=None, log_level="LOUD"), io.StringIO())


def test_a_process_that_dies_prints_no_number(tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text(
        "from aerostic.security import logs\nfrom aerostic.settings import Settings\n"
        f"logs.configure(Settings(_env_file=None))\nphone = '{NUMBER}'\nraise ValueError('no account for ' + phone)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no account for <ph:" in done.stderr
