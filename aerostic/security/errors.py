"""What goes wrong with keys and ciphertexts. None of these messages carries a value."""


class SecurityError(Exception):
    """Base of everything this layer refuses."""


class KeyMissingError(SecurityError):
    """No key is set, or what wraps a data key is not here: put it back, and everything opens again."""


class UnknownKeyError(KeyMissingError):
    """The owner has no key of the id that a ciphertext names: it was made elsewhere, or moved from another owner."""


class KeyDestroyedError(SecurityError):
    """The key was destroyed, so what it sealed is erased for good, and nothing more is sealed for its owner."""


class SealError(SecurityError):
    """A value cannot be sealed or opened: plain text where a ciphertext belongs, a moved or damaged ciphertext."""
