"""Secrets and personal data: the keyring, encrypted columns, blind indexes, masking."""
