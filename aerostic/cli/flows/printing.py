"""A run on a terminal: without personal data, unless somebody says what for."""

import click
import orjson
from sqlalchemy.orm import Session

from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.flows.runs.comparing import Comparison, Pair
from aerostic.flows.runs.showing import shown
from aerostic.flows.state import Done

SIGNS = {"same": " ", "changed": "~", "left": "<", "right": ">"}
WIDE = 40


def print_run(session: Session, run: FlowRun, *, revealed: bool = False) -> None:
    """Its state, and a line a step."""
    click.echo(f"{run.id}  {run.state}{f' ({run.reason})' if run.reason else ''}")
    for step in shown(journal.read(session, run), revealed=revealed):
        failed = f"  {step.error[0]}: {step.error[1]}" if step.error[0] else ""
        told = _told(step)
        click.echo(f"{step.seq:>4}  {step.at:>6} ms  {step.node:<20} {step.port or step.fate:<10} {told}{failed}")


def print_paths(found: Comparison, assumed: frozenset[int]) -> None:
    """Two paths side by side, and what steps gave that differ."""
    click.echo(f"  {'as recorded':<{WIDE}}replayed")
    for pair in found.pairs:
        guessed = pair.right is not None and pair.right.seq in assumed
        left, right = _step(pair.left), f"{_step(pair.right)}{'  (assumed)' if guessed else ''}"
        click.echo(f"{SIGNS[pair.kind]} {left:<{WIDE}}{right}".rstrip())
        if pair.kind == "changed":
            _differences(pair)


def _differences(pair: Pair) -> None:
    for sign, step in zip("-+", shown(filter(None, (pair.left, pair.right)), revealed=False), strict=True):
        click.echo(f"    {sign} {_told(step)}{f'  {step.error[0]}' if step.error[0] else ''}")


def _step(step: Done | None) -> str:
    return f"{step.seq:>4} {step.node} {step.port or step.fate}" if step else ""


def _told(step: Done) -> str:
    return orjson.dumps({"input": step.input, "output": step.output}).decode()
