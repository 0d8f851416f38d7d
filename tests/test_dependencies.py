"""What is said of dependencies: vulnerable, clean, and above all when nobody was asked."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci/dependencies.py"
OURS = {"name": "aerostic", "skip_reason": "not found"}
GOOD = {"name": "flask", "version": "3.1", "vulns": []}
BAD = {"name": "jinja2", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
UNASKED = {"name": "rq", "skip_reason": "not found"}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("report", "words", "status"),
    [
        ([], "NOT CHECKED: no service that knows of vulnerabilities answered", 0),
        ([OURS, UNASKED], "NOT CHECKED: no service that knows of vulnerabilities answered", 0),
        ([OURS, GOOD], "1 checked, nothing known", 0),
        ([OURS, GOOD, UNASKED], "1 checked, nothing known; NOT CHECKED: rq", 0),
        ([OURS, GOOD, UNASKED, BAD], "VULNERABLE\n  jinja2 1.0: PYSEC-1", 1),
    ],
)
def test_each_outcome_has_words_of_its_own(
    script: ModuleType, report: list[dict[str, Any]], words: str, status: int
) -> None:
    assert script.verdict(report) == (words, status)
