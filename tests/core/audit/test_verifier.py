"""The standalone verifier, run as whoever downloaded a log runs it: one file, no package of ours."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from aerostic.audit import verifier
from aerostic.audit.checkpoints import checkpoint_all
from aerostic.audit.proof import VERIFIER, proof
from aerostic.audit.signing import public_keys
from aerostic.db import tenant_scope
from tests.core.audit.acts import seal
from tests.support.factories import make_tenant

Lines = list[dict[str, Any]]
UNSIGNED = "entries 1 to 4 are not those that were signed"
FOREIGN = "the signature of the checkpoint at entry 7 is not the platform's"


@pytest.fixture
def lines(app: Flask) -> Lines:
    """A download with checkpoints at entries 4 and 7, and an entry behind."""
    tenant = make_tenant()
    for count in (4, 3):
        seal(tenant.id, count)
        checkpoint_all()
    seal(tenant.id, 1)
    return [json.loads(line) for line in b"".join(proof(tenant_scope(tenant.id), tenant.id)).splitlines()]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """The verifier on these lines: its exit status and what it says."""

    def run(lines: Lines, *options: str, kept: Lines | None = None) -> tuple[int, str]:
        log, copies, program = tmp_path / "audit.jsonl", tmp_path / "kept.jsonl", tmp_path / "verifier.py"
        log.write_text("".join(json.dumps(line) + "\n" for line in lines))
        program.write_bytes(VERIFIER.read_bytes())
        if kept:
            copies.write_text("".join(json.dumps(line) + "\n" for line in kept))
            options = *options, "--checkpoints", str(copies)
        command = [sys.executable, "-I", str(program), str(log), *options]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        return done.returncode, done.stdout.strip().partition(": ")[2]

    return run


def key() -> tuple[str, str]:
    return "--key", *public_keys().values()


def edited(line: dict[str, Any]) -> dict[str, Any]:
    return line | {"body": line["body"].replace("Grace", "Grave")}


def test_a_download_is_whole(lines: Lines, run: Callable[..., tuple[int, str]]) -> None:
    assert [line.get("seq", "") for line in lines] == ["", 1, 2, 3, 4, "", 5, 6, 7, "", 8]
    assert run(lines, *key()) == (0, "whole, and signed up to entry 7")


def test_without_a_key_it_says_which_one_it_used(lines: Lines, run: Callable[..., tuple[int, str]]) -> None:
    status, said = run(lines)
    assert (status, said.splitlines()[-1:]) == (0, [*public_keys().values()])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda own: [*own[:2], edited(own[2]), *own[3:]], UNSIGNED),
        (lambda own: [*own[:7], edited(own[7]), *own[8:]], "entries 5 to 7 are not those that were signed"),
        (lambda own: [*own[:2], *own[3:]], "entry 2 is missing: the next one is 3"),
        (lambda own: [*own[:2], own[3] | {"seq": 2}, own[2] | {"seq": 3}, *own[4:]], UNSIGNED),
        (lambda own: [*own[:5], *own[6:]], "the checkpoint at entry 7 does not follow the one before it"),
        (lambda own: [own[0] | {"chain": "platform"}, *own[1:]], UNSIGNED),
        (lambda own: [*own[:9], own[9] | {"signature": "00" * 64}, own[10]], FOREIGN),
        (
            lambda own: [own[0] | {"keys": dict.fromkeys(own[0]["keys"], "00" * 32)}, *own[1:]],
            "the file names another public key than yours",
        ),
    ],
)
def test_what_was_tampered_with_is_found_and_located(
    lines: Lines, run: Callable[..., tuple[int, str]], change: Callable[[Lines], Lines], said: str
) -> None:
    assert run(change(lines), *key()) == (1, said)


def test_a_log_cut_off_or_written_anew_shows_by_checkpoints_from_earlier(
    lines: Lines, run: Callable[..., tuple[int, str]]
) -> None:
    said = "whole, and signed up to entry 7\n2 checkpoints that you kept say the same"
    assert run(lines, *key(), kept=lines) == (0, said)
    said = "entries 5 to 7 were cut off: you have a checkpoint of them"
    assert run(lines[:6], *key(), kept=lines) == (1, said)
    unsigned = [edited(line) if line.get("seq") == 1 else line for line in lines if "signature" not in line]
    said = "the log was written anew: up to entry 4 it is not what your checkpoint says"
    assert run(unsigned, *key(), kept=lines) == (1, said)


@pytest.mark.parametrize("lines", [[{"format": "audit.chain.1"}], [{"format": "audit.chain.1", "keys": 1}], [1]])
def test_what_is_no_log_cannot_be_read(lines: Lines, run: Callable[..., tuple[int, str]]) -> None:
    assert run(lines) == (2, "")


def test_its_signatures_are_those_of_everybody_else() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"message")
    assert verifier.signed(public, b"message", signature)
    spoiled = [bytes([signature[0] ^ 1]) + signature[1:], signature[:32] + verifier.ORDER.to_bytes(32, "little"), b""]
    assert not any(verifier.signed(public, b"message", one) for one in spoiled)
    assert not verifier.signed(public, b"massage", signature)
    assert not verifier.signed(b"\xff" * 32, b"message", signature)
