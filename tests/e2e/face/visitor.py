"""A tab of a browser that notes every error, every refusal of the content policy, and every answer that should not be."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

PASSWORD = "lantern-river-demo"
AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    return found.violations
        .filter(one => ['serious', 'critical'].includes(one.impact))
        .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}`));
}"""


class Visitor:
    """Somebody who looks at pages.

    Args:
        page: the tab.
        base: address of the host.
    """

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.troubles: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("response", self._see)

    def open(self, path: str) -> Page:
        """Go to a page and wait until it has settled."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("load")
        return self.page

    def axe(self) -> list[str]:
        """What stands in the way of people with disabilities, seriously or critically."""
        self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(RUN)
        return found

    def address(self, path: str) -> str:
        """The whole address of a path."""
        return self.base + path

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status != 422:
            self.troubles.append(f"{response.status}: {response.url}")


def first_load(page: Page, address: str) -> int:
    """The bytes that a page's first visit takes, as they came over the wire: documents, styles and scripts."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    total = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal total
        total += int(event["encodedDataLength"])

    client.on("Network.loadingFinished", count)
    page.goto(address)
    page.wait_for_load_state("load")
    return total
