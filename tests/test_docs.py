"""The documents say what the code does: reference pages, links, hooks and their tests."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aerostic.registry.manager import PROCESS_HOOKS, TENANT_HOOKS

ROOT = Path(__file__).parents[1]
HOOKS = (*PROCESS_HOOKS, *TENANT_HOOKS)
SPECS = [ROOT / "aerostic" / "registry" / f"{kind}_specs.py" for kind in ("process", "tenant")]
EFFECTS = "\n".join(
    (ROOT / "tests" / "core" / "registry" / name).read_text() for name in ("test_hooks.py", "test_moments.py")
)


def docs(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """`aerostic docs ...` in a process, whose catalogue holds nothing that other tests have declared."""
    command = (sys.executable, "-m", "aerostic.cli", "docs", *arguments)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def signature(name: str) -> str:
    """A hook's signature as its source has it."""
    for file in SPECS:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return f"{name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns or ast.Constant(None))}"
    raise AssertionError(f"no spec of {name}")


def test_the_reference_pages_agree_with_the_code() -> None:
    done = docs("check")
    assert (done.returncode, done.stdout) == (0, "documents and code agree\n"), done.stderr


def test_a_page_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from aerostic.cli import docs as module

    monkeypatch.setattr(module, "FOLDER", tmp_path)
    assert CliRunner().invoke(module.docs, ["write"]).exit_code == 0
    page = tmp_path / "reference" / "hooks.md"
    page.write_text(page.read_text().replace("register_channels", "register_canals"))
    done = CliRunner().invoke(module.docs, ["check"])
    assert done.exit_code == 1
    assert done.output == "docs/reference/hooks.md does not say what the code does: run `aerostic docs write`\n"


def test_the_site_builds_without_a_broken_link(tmp_path: Path) -> None:
    done = docs("build", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert "register_channels" in (tmp_path / "site" / "reference" / "hooks.html").read_text()


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_has_a_heading_with_its_exact_signature(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "hooks.md").read_text()
    assert page.count(f"### `{name}`\n\n```python\n{signature(name)}\n```\n") == 1


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_has_a_test_that_sees_its_effect(name: str) -> None:
    """The test writes a plugin that implements the hook, and asserts something."""
    (test,) = [
        node
        for node in ast.parse(EFFECTS).body
        if isinstance(node, ast.FunctionDef) and node.name == f"test_hook_{name}"
    ]
    source = ast.unparse(test)
    constants = re.findall(r"\b[A-Z]{4,}\b", source)
    written = source + "".join(
        re.findall(rf'^{word} = """.*?"""', EFFECTS, re.M | re.S)[0]
        for word in [word for word in constants if f'\n{word} = """' in EFFECTS]
    )
    assert "shelf.write(" in source
    assert f"def {name}(" in written
    assert any(isinstance(node, ast.Assert) for node in ast.walk(test))


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_each_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
