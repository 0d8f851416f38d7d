"""The books, proved: the ledger's own rules and those of charges, each night and when asked for, with the reports kept."""

from aerostic.billing.books.verifying import CHARGES, verify_books

__all__ = ["CHARGES", "verify_books"]
