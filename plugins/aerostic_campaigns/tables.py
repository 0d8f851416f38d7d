"""A pre-flight as tables for a terminal."""

from collections.abc import Iterator

from rich.table import Table

from .preflight import Report
from .verdicts import VERDICTS

MICRO = 1_000_000


def money(amount: int, currency: str = "") -> str:
    """Micro-credits as a person reads them."""
    return f"{amount / MICRO:,.4f} {currency}".strip()


def report_tables(report: Report) -> Iterator[Table | str]:
    """Verdicts, costs, and what they come to."""
    verdicts = Table("Verdict", "Contacts", "What to do", title="Pre-flight")
    verdicts.add_row("[green]will be sent", f"{report.sendable:,}", "")
    for code, count in report.verdicts.items():
        verdicts.add_row(code, f"{count:,}", VERDICTS[code])
    yield verdicts
    costs = Table("Market", "Category", "Messages", "Each", "Cost")
    for line in report.costs:
        each, amount = money(line.price), money(line.amount, report.currency)
        costs.add_row(line.market, line.category, f"{line.count:,}", each, amount)
    yield costs
    yield (
        f"Cost {money(report.cost, report.currency)} of {money(report.balance, report.currency)};"
        f" {report.pace}/s, about {report.seconds} s"
        + (f", until {report.ends_at:%Y-%m-%d %H:%M:%S} {report.zone}" if report.ends_at else "")
    )
    yield from (f"[red]{sentence}" for sentence in report.explained())
