"""The demo as a stranger has it: `aerostic up` on a folder of its own, and one browser in which people of every role sign in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import FOLDER, RUN
from tests.e2e.face.visitor import PASSWORD, Visitor
from tests.support.browser import chromium
from tests.support.ports import free_ports
from tests.support.processes import Process, running

PORTS = 6


@dataclass
class Demo:
    """A running demo."""

    process: Process
    port: int
    var: Path

    def url(self, host: str, path: str = "/") -> str:
        """An address on one of its hosts."""
        return f"http://{host}.localhost:{self.port}{path}"


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, worker: str) -> Iterator[Demo]:
    """`aerostic up`, until it says whom to log in as."""
    config = request.config
    run = Path(config.workerinput[FOLDER] if hasattr(config, "workerinput") else config.stash[RUN][0])
    folder = run / f"demo-{worker}"
    folder.mkdir()
    port = free_ports(PORTS)
    environment = {"AEROSTIC_VAR": str(folder / "var"), "AEROSTIC_PORT": str(port)}
    with running("up", log=folder / "up.log", environment=environment) as process:
        process.says("Password of all", 180)
        yield Demo(process, port, folder / "var")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. It ends with its module: its event loop would be in the way of tests that run one of their own."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def _states(demo: Demo, browser: Browser) -> Callable[[str, str], str]:
    """Cookies of a person on a host, from signing in once."""
    kept: dict[tuple[str, str], str] = {}

    def state(email: str, host: str) -> str:
        if (email, host) not in kept:
            with browser.new_context() as context:
                page = context.new_page()
                page.goto(demo.url(host, "/sign-in"))
                page.get_by_label("E-mail").fill(email)
                page.get_by_label("Password", exact=True).fill(PASSWORD)
                page.keyboard.press("Enter")
                page.wait_for_url(lambda url: "/sign-in" not in url)
                kept[email, host] = json.dumps(context.storage_state())
        return kept[email, host]

    return state


@pytest.fixture
def visit(demo: Demo, browser: Browser, _states: Callable[[str, str], str]) -> Iterator[Callable[..., Visitor]]:
    """`visit("owner@maple.example", host="app", width=1280, mode="light")`: a signed-in tab that notes what goes wrong in it."""
    contexts = []

    def open_tab(
        email: str = "",
        host: str = "app",
        *,
        width: int = 1280,
        height: int = 860,
        mode: str = "light",
        locale: str = "en",
    ) -> Visitor:
        state = json.loads(_states(email, host)) if email else None
        context = browser.new_context(
            storage_state=state,
            viewport={"width": width, "height": height},
            color_scheme="dark" if mode == "dark" else "light",
            locale=locale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        return Visitor(context.new_page(), demo.url(host, ""))

    yield open_tab
    for context in contexts:
        context.close()
