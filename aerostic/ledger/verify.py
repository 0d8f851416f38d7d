"""Proving the books: everything that can be computed twice is, and the first thing that is off is named."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.words import N_

COUNTS = text(
    "SELECT (SELECT count(*) FROM ledger_account) AS accounts, (SELECT count(*) FROM ledger_transfer) AS transfers,"
    " (SELECT count(*) FROM ledger_entry) AS entries, (SELECT count(*) FROM ledger_hold) AS holds"
)

# Each finds what is off as (subject, expected, found), the earliest first.
CHECKS = {
    N_("entry: its version or balance does not follow from those before"): """
        SELECT account_id || ' version ' || version AS subject,
            'version ' || place || ', balance ' || running AS expected,
            'version ' || version || ', balance ' || balance_after AS found
        FROM (SELECT account_id, version, transfer_id, balance_after, row_number() OVER up_to AS place,
                sum(amount) OVER up_to AS running
            FROM ledger_entry WINDOW up_to AS (PARTITION BY account_id ORDER BY version)) e
        WHERE version <> place OR balance_after <> running ORDER BY transfer_id, account_id LIMIT 1""",
    N_("account: its balance or version is not that of its entries"): """
        SELECT CAST(a.id AS text) AS subject,
            'version ' || coalesce(e.entries, 0) || ', balance ' || coalesce(e.balance, 0) AS expected,
            'version ' || a.version || ', balance ' || a.balance AS found
        FROM ledger_account a LEFT JOIN (SELECT account_id, count(*) AS entries, sum(amount) AS balance
            FROM ledger_entry GROUP BY account_id) e ON e.account_id = a.id
        WHERE a.version <> coalesce(e.entries, 0) OR a.balance <> coalesce(e.balance, 0) ORDER BY a.id LIMIT 1""",
    N_("transfer: it has not exactly its two entries"): """
        SELECT CAST(t.id AS text) AS subject, 'one entry of -' || t.amount || ', one of ' || t.amount AS expected,
            count(e.transfer_id) || ' entries that sum to ' || coalesce(sum(e.amount), 0) AS found
        FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
        GROUP BY t.id HAVING count(e.transfer_id) <> 2 OR count(*) FILTER (
            WHERE (e.account_id, e.amount) IN ((t.source_id, - t.amount), (t.target_id, t.amount))) <> 2
            OR sum(e.amount) <> 0 ORDER BY t.id LIMIT 1""",
    N_("currency: its accounts do not sum to zero"): """
        SELECT currency AS subject, '0' AS expected, CAST(sum(balance) AS text) AS found
        FROM ledger_account GROUP BY currency HAVING sum(balance) <> 0 ORDER BY currency LIMIT 1""",
    N_("hold: what it counts is not what its transfers moved"): """
        SELECT CAST(h.id AS text) AS subject,
            'held ' || coalesce(t.held, 0) || ', wallet ' || coalesce(t.wallet, 0) AS expected,
            'held ' || h.amount - h.captured - h.released || ', wallet ' || h.released - h.amount AS found
        FROM ledger_hold h LEFT JOIN (
            SELECT m.hold_id,
                sum(CASE g.held_id WHEN m.target_id THEN m.amount WHEN m.source_id THEN - m.amount ELSE 0 END) AS held,
                sum(CASE g.wallet_id WHEN m.target_id THEN m.amount WHEN m.source_id THEN - m.amount ELSE 0 END) AS wallet
            FROM ledger_transfer m JOIN ledger_hold g ON g.id = m.hold_id GROUP BY m.hold_id
        ) t ON t.hold_id = h.id
        WHERE coalesce(t.held, 0) <> h.amount - h.captured - h.released
            OR coalesce(t.wallet, 0) <> h.released - h.amount ORDER BY h.id LIMIT 1""",
    N_("account of held money: it is not what the open holds have left"): """
        SELECT CAST(a.id AS text) AS subject, CAST(coalesce(h.left_over, 0) AS text) AS expected,
            CAST(a.balance AS text) AS found
        FROM ledger_account a LEFT JOIN (SELECT held_id, sum(amount - captured - released) AS left_over
            FROM ledger_hold GROUP BY held_id) h ON h.held_id = a.id
        WHERE a.purpose = 'held' AND a.balance <> coalesce(h.left_over, 0) ORDER BY a.id LIMIT 1""",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is off: which rule, where first, what the entries say it should be, and what stands there."""

    rule: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found."""

    accounts: int
    transfers: int
    entries: int
    holds: int
    findings: tuple[Finding, ...]

    @property
    def balanced(self) -> bool:
        """Whether nothing is off."""
        return not self.findings


def verify(session: Session, more: Mapping[str, str] | None = None) -> Report:
    """Recompute every balance, version and hold that the session's scope can see. Changes nothing.

    The transaction should be REPEATABLE READ where others write at the same time, so that all rules see one moment.

    Args:
        more: further rules, of those who use the ledger, with a query each, as in `CHECKS`.
    """
    counts = session.execute(COUNTS).one()
    checks = CHECKS | dict(more or {})
    findings = tuple(Finding(rule, *row) for rule, query in checks.items() for row in session.execute(text(query)))
    return Report(counts.accounts, counts.transfers, counts.entries, counts.holds, findings)
