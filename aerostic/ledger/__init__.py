"""Double-entry money in integer micro-credits: accounts, transfers, holds. It knows nothing of messages."""
