"""The builder's own rules, in TypeScript: documents and edits, undo, saving, layout, paths. Node's runner holds them."""

import re
import subprocess
from pathlib import Path

import pytest
from aerostic_flows.builder.words import WORDS

from aerostic.cli.frontend import SOURCE, find_node

CODE = SOURCE / "src" / "builder"
VITE = SOURCE / "node_modules" / "vite" / "bin" / "vite.js"


@pytest.fixture(scope="module")
def node() -> Path:
    """The Node that has built the front end, so there is one."""
    return find_node()[0]


def test_the_rules_of_the_builder_hold(node: Path, tmp_path: Path) -> None:
    built = [str(node), str(VITE), "build", "-c", "vite.tests.config.ts", "--outDir", str(tmp_path), "--logLevel=warn"]
    subprocess.run(built, cwd=SOURCE, check=True, timeout=120)
    tests = sorted(map(str, tmp_path.glob("*.test.js")))
    run = subprocess.run([str(node), "--test", *tests], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout
    assert len(tests) == len(list((SOURCE / "tests").glob("*.test.ts")))


def test_every_word_that_the_builder_says_is_one_that_it_is_given() -> None:
    """And none is given that it does not say."""
    code = "\n".join(path.read_text() for path in CODE.rglob("*.ts*"))
    said = set(re.findall(r'\bt\(\s*"(\w+)"', code))
    chosen = {name for pair in re.findall(r'\bt\([^()]*\? "(\w+)" : "(\w+)"', code) for name in pair}
    chosen |= {
        name for pair in re.findall(r'\? "(\w+)" : "(\w+)"\)', code) for name in pair if set(pair) <= WORDS.keys()
    }
    commands = {f"do_{name}" for name in re.findall(r'\{ name: "(\w+)", icon', code)}
    states = {"waiting", "saving", "offline", "retrying", "signed_out", "refused", "conflict"}
    built = {"place_x", "place_y", "mark_new", "mark_gone", "mark_changed"}
    built |= {f"media_{kind}" for kind in ("image", "video", "document", "audio", "voice", "sticker", "location")}
    named = said | chosen | commands | states | built
    assert (sorted(named - WORDS.keys()), sorted(WORDS.keys() - named)) == ([], [])
