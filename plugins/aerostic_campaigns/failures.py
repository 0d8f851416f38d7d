"""Failures that a retry may mend."""

# Codes after which the same message may well go through: domain/whatsapp.md 13, classes R and T.
RETRYABLE = (0, 1, 2, 4, 130429, 131000, 131016, 131056, 131057, 133004, 133015)
