"""The end of a demo, as a table for people and as an object for programs."""

from typing import Any

from rich.table import Table

from aerostic.cli.demo.figures import Figures

MICRO = 1_000_000


def result_json(figures: Figures) -> dict[str, Any]:
    """Counts of messages; `delivered` includes those read, `refunded` counts messages whose money went back."""
    return {
        "recipients": figures.planned,
        "accepted": figures.counts.accepted,
        "delivered": figures.delivered,
        "read": figures.counts.read,
        "failed": figures.counts.failed,
        "refunded": figures.refunds,
        "messages_per_second": round(figures.per_second, 1),
        "reconciled": figures.reconciled,
    }


def figures_table(figures: Figures) -> Table:
    """Everything, and each comparison."""
    table = Table(
        "", "Messages", "USD", title="What became of the campaign", title_justify="left", caption=_silence(figures)
    )
    counts, money = figures.counts, figures.money
    table.add_row("Recipients", _number(figures.planned), "")
    table.add_row("Accepted", _number(counts.accepted), "")
    table.add_row("Delivered", _number(figures.delivered), "")
    table.add_row("  of these read", _number(counts.read), "")
    table.add_row("Failed", _number(counts.failed), "")
    for code, number in sorted(counts.failures.items()):
        table.add_row(f"  {code}: {figures.reasons.get(code, 'unknown error')}", _number(number), "")
    table.add_row("No word after sent", _number(figures.silent), "", end_section=True)
    table.add_row("Balance before", "", _money(money.before))
    table.add_row("Held", "", _money(money.held))
    table.add_row("Captured", _number(figures.delivered), _money(money.captured))
    table.add_row("Refunded", _number(figures.refunds), _money(money.refunded))
    table.add_row("Released", "", _money(money.released))
    table.add_row("Still held (no word)", _number(figures.silent), _money(money.open))
    table.add_row("Balance after", "", _money(money.after), end_section=True)
    table.add_row("Messages a second", f"{figures.per_second:.1f}", "", end_section=True)
    for check, holds in figures.checks.items():
        table.add_row(check, "[green]yes" if holds else "[bold red]NO", "")
    return table


def _silence(figures: Figures) -> str | None:
    if not figures.silent:
        return None
    return (
        f"Of {figures.silent:,} accepted messages the provider never said whether they arrived. What they cost stays held"
        " until it does, at most for 30 days; then it goes back to the wallet."
    )


def _number(value: int) -> str:
    return f"{value:,}"


def _money(amount: int) -> str:
    return f"{amount / MICRO:,.4f}"
