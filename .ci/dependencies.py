#!/usr/bin/env python3
"""What the environment is made of, as a bill of materials, and whether something of it is known to be vulnerable.

pip-audit says "no known vulnerabilities" of what no service was asked about, too: here that counts as not checked, and says so.
Ends with 1 where something is vulnerable; what could not be checked stops nobody who works without a network.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BILL = Path("build/sbom.cdx.json")
REPORT = Path("build/vulnerabilities.json")
HERE = Path(sys.executable).parent
SECONDS = 45
OURS = "aerostic"


def main() -> int:
    """Write the bill, ask about everything that is in it, and say what came of it."""
    BILL.parent.mkdir(exist_ok=True)
    bill = ["environment", "--output-reproducible", "--no-validate", "--of", "JSON", "-o", str(BILL), sys.executable]
    subprocess.run([HERE / "cyclonedx-py", *bill], check=True, stderr=subprocess.DEVNULL)
    print(f"bill of materials: {BILL}, {len(json.loads(BILL.read_text())['components'])} components")
    words, status = verdict(_report())
    print(f"dependencies: {words}")
    return status


def verdict(report: list[dict[str, Any]]) -> tuple[str, int]:
    """What a report comes to, and the status to end with.

    Args:
        report: the `dependencies` of pip-audit's report; empty where there is none.
    """
    others = [one for one in report if one["name"] != OURS]
    found = [f"{one['name']} {one['version']}: {bad['id']}" for one in others for bad in one.get("vulns", ())]
    skipped = [one["name"] for one in others if "skip_reason" in one]
    if found:
        return "VULNERABLE\n  " + "\n  ".join(found), 1
    if len(skipped) == len(others):
        return "NOT CHECKED: no service that knows of vulnerabilities answered", 0
    if skipped:
        return f"{len(others) - len(skipped)} checked, nothing known; NOT CHECKED: {', '.join(skipped)}", 0
    return f"{len(others)} checked, nothing known", 0


def _report() -> list[dict[str, Any]]:
    REPORT.unlink(missing_ok=True)
    asked = ["--progress-spinner", "off", "--timeout", "10", "--format", "json", "--output", str(REPORT)]
    try:
        subprocess.run([HERE / "pip-audit", *asked], check=False, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return []
    if not REPORT.exists():
        return []
    found: list[dict[str, Any]] = json.loads(REPORT.read_text())["dependencies"]
    return found


if __name__ == "__main__":
    sys.exit(main())
