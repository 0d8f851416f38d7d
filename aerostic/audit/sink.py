"""The file of checkpoints: copies that lie outside of the database, one JSON object a line, only ever added to."""

import os
from pathlib import Path

import orjson

from aerostic.audit.signed import Checkpoint
from aerostic.registry import runtime

PLACE = Path("audit") / "checkpoints.jsonl"


def sink() -> Path:
    """Where the file is. Whoever runs the platform copies it to where the platform cannot write."""
    return runtime().settings.var / PLACE


def keep(checkpoint: Checkpoint) -> None:
    """Add a checkpoint, on the disk when this returns."""
    path = sink()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, checkpoint.line())
        os.fsync(file)
    finally:
        os.close(file)


def kept() -> list[Checkpoint]:
    """All that are in the file; a last line that was cut short by a crash is left out.

    Raises:
        ValueError: another line is no checkpoint.
    """
    try:
        lines = sink().read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [Checkpoint.read(orjson.loads(line)) for line in lines[:-1]]
