"""What goes wrong with keys and ciphertexts. None of these messages carries a value."""


class SecurityError(Exception):
    """Base of everything this layer refuses."""


class KeyMissingError(SecurityError):
    """No key is set, the key a ciphertext names is not known, or what wraps it is not here."""


class KeyDestroyedError(SecurityError):
    """The key was destroyed, so what it sealed is erased for good, and nothing more is sealed for its owner."""


class SealError(SecurityError):
    """A value cannot be sealed or opened: plain text where a ciphertext belongs, a moved or damaged ciphertext."""
