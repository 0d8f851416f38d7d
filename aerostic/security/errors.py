"""What goes wrong with keys and ciphertexts. None of these messages carries a value."""


class SecurityError(Exception):
    """Base of everything this layer refuses."""


class KeyMissingError(SecurityError):
    """No key is set, or the key a ciphertext names is not in the keyring."""


class SealError(SecurityError):
    """A value cannot be sealed or opened: plain text where a ciphertext belongs, a moved or damaged ciphertext."""
