"""Pages that prove where money went."""
