"""What a table's columns hold, declared on its model, so that nobody adds a column without asking whether it may be plain.

Ids, numbers, moments and yes-or-no say nothing of a person by themselves and need no word. Every text, JSON and binary column
is named in one of these; tests/core/security/test_privacy.py holds all models to it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Privacy:
    """The columns of a table by what they hold.

    Args:
        public: names, states and codes of things; what anybody of the workspace may see.
        searchable: personal, but plain so that it can be found and sorted: names, custom fields, what people wrote as notes.
            Row-level security keeps it to its tenant, and logs mask it.
        personal: of one person; encrypted.
        secret: whoever has it can do something with it; encrypted.
        digest: cannot be turned back: keyed digests, blind indexes, password hashes, MACs, and keys that are wrapped.
    """

    public: tuple[str, ...] = ()
    searchable: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()
