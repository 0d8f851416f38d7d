"""Invoices for what was paid and credit notes for what went back: numbered without gaps, and never changed."""
