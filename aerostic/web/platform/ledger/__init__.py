"""The platform's pages of the ledger: how the books stand, and every account, transfer and subject in them."""
