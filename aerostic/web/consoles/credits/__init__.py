"""Credits in both consoles: giving and taking them back, statements of resellers' wallets, and what waits for approval."""
