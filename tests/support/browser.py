"""A headless Chromium for tests of what only a browser can tell."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of a block, which should be a module's at most.

    While it runs, its event loop is in the way of tests that run one of their own.
    """
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=_program(), args=QUIET) as browser:
        yield browser


@contextmanager
def another(browser: Browser) -> Iterator[Browser]:
    """One more, beside a browser that runs: of its own processes, and with nothing in common."""
    with browser.browser_type.launch(executable_path=_program(), args=QUIET) as second:
        yield second


def _program() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
