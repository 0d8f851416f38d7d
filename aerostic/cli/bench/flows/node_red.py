"""The reference: the same flow in Node-RED, which keeps no journal. Installed with npm into a folder of its own, once."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from aerostic.cli.bench.webhooks import wait_for
from aerostic.cli.frontend import find_node
from aerostic.cli.services.children import free_port

VERSION = "4.1.2"
PATH = "/call"
SETTINGS = {"httpAdminRoot": False, "disableEditor": True, "flowFile": "flows.json", "uiHost": "127.0.0.1"}
SCRIPT = "node_modules/node-red/red.js"


@contextmanager
def server() -> Iterator[tuple[int, psutil.Process]]:
    """Node-RED with the flow at `PATH`, until the block ends."""
    node, npm = find_node()
    home = _installed(node, npm)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "flows.json").write_text(json.dumps(_flow()))
        settings = {**SETTINGS, "uiPort": port, "userDir": folder, "logging": {"console": {"level": "off"}}}
        (Path(folder) / "settings.js").write_text(f"module.exports = {json.dumps(settings)}")
        argv = [str(node), str(home / SCRIPT), "--userDir", folder, "--settings", str(Path(folder) / "settings.js")]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, env={**os.environ, "NODE_ENV": "production"})
        try:
            wait_for(port, process)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _installed(node: Path, npm: Path) -> Path:
    """The folder that it is installed in: the user's cache, not ours."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "aerostic" / f"node-red-{VERSION}"
    if not (home / SCRIPT).exists():
        home.mkdir(parents=True, exist_ok=True)
        wanted = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"node-red@{VERSION}")
        environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        subprocess.run([str(node), str(npm), "install", "--prefix", str(home), *wanted], check=True, env=environment)
    return home


def _flow() -> list[dict[str, Any]]:
    """Webhook, set, switch, set, respond."""
    own = {"z": "tab"}
    name = [_set("name", "payload.name", "msg")]
    hello = [_set("payload", "{}", "json"), _set("payload.hello", "name", "msg")]
    rules = [{"t": "eq", "v": "order", "vt": "str"}, {"t": "else"}]
    return [
        {"id": "tab", "type": "tab", "label": "Flow"},
        {"id": "in", "type": "http in", "url": PATH, "method": "post", "upload": False, "wires": [["name"]], **own},
        {"id": "name", "type": "change", "rules": name, "wires": [["which"]], **own},
        {"id": "which", "type": "switch", "property": "payload.topic", "propertyType": "msg", "rules": rules,
         "checkall": "false", "outputs": 2, "wires": [["hello"], []], **own},
        {"id": "hello", "type": "change", "rules": hello, "wires": [["out"]], **own},
        {"id": "out", "type": "http response", "statusCode": "200", "headers": {}, "wires": [], **own},
    ]  # fmt: skip


def _set(name: str, to: str, kind: str) -> dict[str, str]:
    return {"t": "set", "p": name, "pt": "msg", "to": to, "tot": kind}
