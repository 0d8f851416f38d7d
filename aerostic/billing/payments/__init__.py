"""Wallets topped up with money from outside: the contract of payment providers, what was paid, and what went back."""
